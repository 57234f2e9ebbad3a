"""The OSC messages earmark speaks and understands: one table, from which everything else is built.

Encoding, decoding, the page in the documentation and the address table inside each resident
script all come from `MESSAGES`. A new message is one new row.

A datagram is accepted only when encoding what was understood gives back the same bytes, so that
nothing is guessed: neither padding, nor a missing field, nor a type tag nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageParseError
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder
from pythonosc.parsing.osc_types import ParseError as TypeParseError

from earmark.errors import WireError

Value: TypeAlias = "str | int | float"
Direction = Literal["to earmark", "from earmark", "both"]

MAX_BYTES = 1000  # REAPER's own limit is 1024 for a message; one datagram never splits on loopback
SHOWN_BYTES = 24  # how much of a datagram an error shows in hex


@dataclass(frozen=True, slots=True)
class Field:
    """One argument: its name, its OSC type tag, what it says, and the words it may say."""

    name: str
    tag: Literal["s", "i", "h", "f"]
    meaning: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: an address, who sends it, what it means, its fields in order."""

    address: str
    direction: Direction
    meaning: str
    fields: tuple[Field, ...] = ()

    @property
    def tags(self) -> str:
        """The OSC type tags of the fields, without the comma."""
        return "".join(one.tag for one in self.fields)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it travels: the row it belongs to and a value for each field."""

    address: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def text(self, name: str) -> str:
        """The value of a field as a string."""
        return str(self.values[name])

    def number(self, name: str) -> int:
        """The value of a whole-number field."""
        return int(self.values[name])


ID = Field("id", "s", "8 hexadecimal digits of a finding; empty for the one in focus")
ANSWERS = ("accept", "decline", "on-purpose", "later", "take-back")
ACK_STATES = ("confirmed", "changed", "refused", "late", "done")

MESSAGES: tuple[Kind, ...] = (
    Kind(
        "/earmark/hello",
        "to earmark",
        "A resident script, or a remote, is there and has read the link that earmark left for it.",
        (
            Field("token", "s", "the word from the link file; on another host, the pairing token"),
            Field("session", "s", "folder of the session that is open"),
            Field("snapshot", "s", "name of its snapshot"),
            Field("host", "s", "program and version"),
            Field("script", "s", "version of the resident script"),
        ),
    ),
    Kind(
        "/earmark/finding",
        "from earmark",
        "One place to listen, as it is laid on the time line.",
        (
            ID,
            Field("at_samples", "h", "where it begins, in session samples"),
            Field("length_samples", "h", "how long it lasts; 0 for a point"),
            Field("severity", "s", "how grave", ("note", "question", "fault")),
            Field("text", "s", "what the marker says"),
        ),
    ),
    Kind(
        "/earmark/suggestion",
        "from earmark",
        "The suggestion now in focus.",
        (
            ID,
            Field("track", "s", "the track it is for"),
            Field("lane", "s", "where an accepted curve would go; empty without a curve", ("", "trim", "fader")),
            Field("points", "i", "how many points the curve has"),
            Field("title", "s", "one line for a person"),
        ),
    ),
    Kind(
        "/earmark/focus",
        "to earmark",
        "The human wants to look at another card.",
        (Field("which", "s", "`next`, `previous`, or an id"),),
    ),
    Kind(
        "/earmark/decide",
        "to earmark",
        "The human has answered. Nothing has been done yet.",
        (
            ID,
            Field("answer", "s", "the answer", ANSWERS),
            Field("option", "i", "which option, from 1; 0 for the one that was shown"),
            Field("because", "s", "a reason in words, or empty"),
        ),
    ),
    Kind(
        "/earmark/ack",
        "to earmark",
        "A letter from earmark has been carried out, or not; what was read back lies in the reply.",
        (
            ID,
            Field("state", "s", "what became of it", ACK_STATES),
            Field("letter", "i", "number of the letter; 0 for an accepted curve"),
            Field("detail", "s", "one line for a person"),
        ),
    ),
    Kind(
        "/earmark/listen",
        "both",
        "The suggestion is now heard in place, or no longer.",
        (ID, Field("on", "i", "1 heard, 0 not")),
    ),
    Kind(
        "/earmark/status",
        "both",
        "How things stand, for a display.",
        (
            Field("what", "s", "`open`, `answered`, `markers`, `ghosts`"),
            Field("count", "i", "how many"),
            Field("detail", "s", "one line for a person"),
        ),
    ),
    Kind(
        "/earmark/error",
        "both",
        "Something could not be done; nothing was changed.",
        (ID, Field("text", "s", "one sentence: what, where, what to do")),
    ),
    Kind(
        "/earmark/bye",
        "both",
        "The sender is leaving; Listen is off from here on.",
        (Field("because", "s", "why, in a word"),),
    ),
)

TABLE: Mapping[str, Kind] = {kind.address: kind for kind in MESSAGES}


def shown(datagram: bytes) -> str:
    """The first bytes of a datagram in hex, for an error message."""
    more = f" … {len(datagram)} bytes" if len(datagram) > SHOWN_BYTES else ""
    return (datagram[:SHOWN_BYTES].hex(" ") or "no bytes") + more


def message(address: str, **values: Value) -> Message:
    """A checked message; every field must be given, by name."""
    kind = TABLE.get(address)
    if kind is None:
        raise WireError(f"{address} is none of earmark's addresses; see the table in the wire page")
    names = {one.name for one in kind.fields}
    if names != set(values):
        odd = ", ".join(sorted(names ^ set(values)))
        raise WireError(f"{address} carries exactly {', '.join(sorted(names))}; missing or unknown here: {odd}")
    for one in kind.fields:
        _check(kind, one, values[one.name])
    return Message(address, dict(values))


def _check(kind: Kind, one: Field, value: Value) -> None:
    """Refuse a value of another type, out of its range, or outside its list of words."""
    limits = {"i": 2**31, "h": 2**63}
    if one.tag == "s":
        fits = isinstance(value, str) and "\0" not in value
    elif one.tag == "f":
        fits = isinstance(value, float)
    else:
        fits = type(value) is int and -limits[one.tag] <= value < limits[one.tag]
    if not fits:
        raise WireError(f"{kind.address} {one.name} is {value!r}; the type tag {one.tag} cannot carry that")
    if one.words and value not in one.words:
        raise WireError(f"{kind.address} {one.name} is {value!r}; it must be one of {', '.join(map(repr, one.words))}")


def encode(what: Message) -> bytes:
    """The datagram of a message; at most `MAX_BYTES` long."""
    checked = message(what.address, **what.values)
    kind = TABLE[checked.address]
    builder = OscMessageBuilder(checked.address)
    for one in kind.fields:
        builder.add_arg(checked.values[one.name], one.tag)
    try:
        datagram: bytes = builder.build().dgram
    except (BuildError, UnicodeEncodeError) as trouble:
        raise WireError(f"{kind.address} holds text that is not Unicode; write it in UTF-8") from trouble
    if len(datagram) > MAX_BYTES:
        raise WireError(f"{kind.address} would take {len(datagram)} bytes; at most {MAX_BYTES} fit, shorten the text")
    return datagram


def decode(datagram: bytes) -> Message:
    """The message in a datagram, or `WireError` with the bytes in hex; never a guess."""
    if len(datagram) > MAX_BYTES:
        raise WireError(f"a datagram of {len(datagram)} bytes came in, at most {MAX_BYTES} are read: {shown(datagram)}")
    kind = _kind_of(datagram)
    try:
        values = list(OscMessage(datagram))
    except (MessageParseError, TypeParseError, ValueError) as trouble:
        raise WireError(f"{kind.address} breaks off or holds no readable text: {shown(datagram)}") from trouble
    return _checked_again(kind, values, datagram)


def _kind_of(datagram: bytes) -> Kind:
    """The row whose address and type tags these bytes begin with, to the last zero of padding.

    Looked at before anything is parsed: the library below skips a type tag it does not know.
    """
    address = datagram.split(b"\0", 1)[0].decode("ascii", "replace")
    kind = TABLE.get(address)
    if kind is None:
        raise WireError(f"{address[:60]!r} is none of earmark's addresses: {shown(datagram)}")
    if not datagram.startswith(_padded(kind.address) + _padded("," + kind.tags)):
        raise WireError(f"{kind.address} carries ,{kind.tags}; these bytes do not: {shown(datagram)}")
    return kind


def _padded(text: str) -> bytes:
    """An OSC string: at least one zero, up to a multiple of four bytes (OSC 1.0)."""
    raw = text.encode("ascii")
    return raw + b"\0" * (4 - len(raw) % 4)


def _checked_again(kind: Kind, values: list[Value], datagram: bytes) -> Message:
    named = dict(zip((one.name for one in kind.fields), values, strict=True))
    understood = message(kind.address, **named)
    if encode(understood) != datagram:
        raise WireError(f"{kind.address} carries ,{kind.tags} padded with zeros; these bytes differ: {shown(datagram)}")
    return understood


def as_markdown() -> str:
    """The table as a page for people, built from the rows above."""
    lines = [
        "# The wire",
        "",
        "OSC over UDP, loopback unless another host was allowed. Built from `wire/messages.py`.",
        "",
    ]
    for kind in MESSAGES:
        lines += [f"## `{kind.address}` ,{kind.tags}", "", f"{kind.direction.capitalize()}. {kind.meaning}", ""]
        for one in kind.fields:
            words = f" One of: {', '.join(word or '(empty)' for word in one.words)}." if one.words else ""
            lines.append(f"- `{one.name}` ({one.tag}): {one.meaning}.{words}")
        lines.append("")
    return "\n".join(lines)


def as_lua() -> list[str]:
    """The rows a resident script sends, as the lines between its two markers."""
    rows = [kind for kind in MESSAGES if kind.direction != "from earmark"]
    return [f'    ["{kind.address.rsplit("/", 1)[1]}"] = {{ "{kind.address}", "{kind.tags}" }},' for kind in rows]
