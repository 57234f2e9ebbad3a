"""Ardour's own list of scripts in slots and hooks (`ui_scripts`): read, and added to while Ardour is closed.

The file is XML around base64 around Lua assignments, `scripts[N]["n"] = NAME`. Ours are written as source,
not as byte code, and appended: what is in other slots is never parsed further, changed or moved.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from earmark.errors import SurfaceError

SLOTS = 32  # Ardour 7: LuaAction/script-1 to script-32
HOOK_ID = str(0xEA2_0000_0001)
# Places of the hook signals in Ardour's own list, by version: 49 signals in 7.3, read from the running program.
SIGNALS: Mapping[str, tuple[int, tuple[int, ...]]] = {"7.3": (49, (14, 16, 47))}

_QUOTED = re.compile(rb'"(?:\\[\s\S]|[^"\\])*"')
_SLOT = re.compile(rb"scripts\[(\d+)\] = \{\}")
_NAME = re.compile(rb'scripts\[(\d+)\]\["n"\] = ("(?:\\[\s\S]|[^"\\])*")')


@dataclass(frozen=True, slots=True)
class Script:
    """One script to be put in a slot or a hook: its name, where it lies, its source."""

    name: str
    path: str
    source: str


@dataclass
class Slots:
    """What `ui_scripts` holds."""

    actions: bytes
    hooks: list[Element]

    @classmethod
    def parse(cls, text: str) -> Slots:
        """The slots in the file; none in an empty one."""
        if not text.strip():
            return cls(b"scripts = {} ", [])
        try:
            root = fromstring(text)
            actions = base64.b64decode((root.findtext("ActionScript") or "").strip(), validate=True)
        except (ParseError, DefusedXmlException, ValueError) as trouble:
            raise SurfaceError(
                "Ardour's ui_scripts is not the list of scripts it has to hold; open Window > Scripting > Script "
                "Manager in Ardour and add the scripts there"
            ) from trouble
        return cls(actions or b"scripts = {} ", list(root.find("ActionHooks") or ()))

    @property
    def names(self) -> dict[int, str]:
        """Which slot holds which script."""
        bare = _QUOTED.sub(lambda hit: b'"' * len(hit[0]), self.actions)
        taken = {int(hit[1]): "" for hit in _SLOT.finditer(bare)}
        for hit in _NAME.finditer(self.actions):
            if int(hit[1]) in taken:
                taken[int(hit[1])] = _unquoted(hit[2])
        return taken

    @property
    def hook_names(self) -> tuple[str, ...]:
        """The names of the hooks."""
        return tuple(hook.get("name", "") for hook in self.hooks)

    def put(self, script: Script) -> int | None:
        """Put a script in its own slot again, or in the first free one; None when all are taken."""
        taken = self.names
        own = [slot for slot, name in taken.items() if name == script.name]
        free = [slot for slot in range(1, SLOTS + 1) if slot not in taken]
        if not own and not free:
            return None
        slot = (own or free)[0]
        self.actions = self.actions.rstrip() + b" " + _assigned(f"scripts[{slot}]", script).encode() + b" "
        return slot

    def hook(self, script: Script, version: str) -> bool:
        """Register the hook anew; False where the signals of this version of Ardour are not known."""
        if version not in SIGNALS:
            return False
        count, places = SIGNALS[version]
        bits = "".join("1" if place in places else "0" for place in reversed(range(count)))
        self.hooks = [hook for hook in self.hooks if hook.get("name") != script.name]
        node = Element("LuaCallback", lua="Lua 5.3", id=HOOK_ID, name=script.name, signals=bits)
        node.text = base64.b64encode(_assigned("s", script).encode()).decode()
        self.hooks.append(node)
        return True

    @property
    def text(self) -> str:
        """The file."""
        root = Element("UIScripts")
        actions = SubElement(root, "ActionScript", lua="Lua 5.3")
        actions.text = base64.b64encode(self.actions).decode()
        SubElement(root, "ActionHooks").extend(self.hooks)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _assigned(variable: str, script: Script) -> str:
    """Lua that fills one entry, with the source as its own factory: Ardour compiles it when it reads it."""
    factory = f"local ardour = function () end {script.source}\nreturn factory (...)"
    fields: Sequence[tuple[str, str]] = (
        ("n", _quoted(script.name)),
        ("c", "true"),
        ("a", "{}"),
        ("f", _quoted(factory)),
        ("s", _quoted(script.source)),
    )
    origin = f'{variable}["a"]["x-script-origin"] = {_quoted(script.path)}'
    lines = [f"{variable} = {{}}", *(f'{variable}["{key}"] = {value}' for key, value in fields), origin]
    return " ".join(lines)


def _quoted(text: str) -> str:
    """A Lua string; everything but plain characters as decimal escapes."""
    safe = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in text.encode())
    return f'"{"".join(safe)}"'


def _unquoted(quoted: bytes) -> str:
    """The text of a Lua string as `%q` or `_quoted` writes it."""
    raw = re.sub(rb"\\(\d{1,3}|[\s\S])", _character, quoted[1:-1])
    return raw.decode("utf-8", "replace")


def _character(hit: re.Match[bytes]) -> bytes:
    escaped = hit[1]
    return bytes([int(escaped) & 0xFF]) if escaped.isdigit() else {b"n": b"\n", b"r": b"\r"}.get(escaped, escaped)
