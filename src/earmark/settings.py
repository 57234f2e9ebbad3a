"""earmark.toml in, Settings out: typed, and anything not understood refused by file and key.

The file lies beside the sound; a DAW's session folder is never written into, so for a session in `Song/`
it is `Song.earmark.toml` next to it. What `[rules.CODE]` may hold is known to the rules alone
(the keyword options of `check`), so it is carried here as written and held against them by
`earmark.rules.catalogue`; the same for `[roles]` and the session room.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from earmark.errors import SettingsError, did_you_mean
from earmark.model import STAGES, Session, Stage

FILE_NAME = "earmark.toml"
KINDS_OF_FILES = ("folder", "memory")  # kinds of session that lie where their sound lies; others belong to a DAW
KEYS = ("stage", "profile", "roles", "rules", "ignore")
IGNORE_KEYS = ("rule", "stem", "because")
RuleOptions: TypeAlias = Mapping[str, Mapping[str, Any]]
KINDS = {dict: "a table", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that the engineer has set aside in advance, and why."""

    rule: str
    because: str
    stem: str | None = None  # None: on every stem


@dataclass(frozen=True, slots=True)
class Settings:
    """What earmark.toml says; `path` is None where there is no such file."""

    path: Path | None = None
    stage: Stage | None = None
    profile: str | None = None  # by name; which there are is known to the rules
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: RuleOptions = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[Ignore, ...] = ()


def file_of(session: Session) -> Path:
    """Where the settings of this session lie, whether or not they do."""
    path = (session.path or Path.cwd()).absolute()
    folder = path if path.is_dir() else path.parent
    if session.kind in KINDS_OF_FILES:
        return folder / FILE_NAME
    return folder.with_name(f"{folder.name}.{FILE_NAME}")


def load(path: Path) -> Settings:
    """The settings in this file; the defaults where there is none."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except UnicodeDecodeError as trouble:
        raise SettingsError(f"{path} is not UTF-8 text at byte {trouble.start}; save it as UTF-8") from trouble
    except OSError as trouble:
        raise SettingsError(f"{path} cannot be read: {trouble.strerror}; check its permissions") from trouble
    try:
        return understood(path, tomllib.loads(text))
    except tomllib.TOMLDecodeError as trouble:
        raise SettingsError(f"{path} is not TOML: {trouble}; mend that line or remove it") from trouble


def understood(path: Path, written: Mapping[str, Any]) -> Settings:
    """The settings in a parsed file, each key checked."""
    known_keys(path, "", written, KEYS)
    return Settings(
        path=path,
        stage=one_of(path, "stage", written.get("stage"), STAGES),
        profile=text(path, "profile", written.get("profile")),
        roles=texts(path, "[roles]", table(path, "roles", written.get("roles", {}))),
        rules=tables(path, "rules", table(path, "rules", written.get("rules", {}))),
        ignore=ignores(path, written.get("ignore", [])),
    )


def known_keys(path: Path, where: str, found: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a key that nobody reads."""
    for key in found:
        if key not in known:
            guess = did_you_mean(key, known) or f"; it knows {', '.join(known)}"
            raise SettingsError(f"{path}: {where or 'the file'} has a key {key!r} that earmark does not know{guess}")


def one_of(path: Path, key: str, value: object, allowed: Collection[str]) -> Stage | None:
    """A word out of a closed list, or None where there is none."""
    if value is None or value in allowed:
        return cast("Stage | None", value)
    raise SettingsError(f"{path}: {key} is {value!r}; it must be one of {', '.join(allowed)}")


def text(path: Path, key: str, value: object) -> str | None:
    """A text, or None where there is none."""
    return None if value is None else str(of_kind(path, key, value, str))


def of_kind(path: Path, key: str, value: object, kind: type) -> Any:
    """A value of this TOML kind."""
    if type(value) is not kind:
        got = KINDS.get(type(value), "a date or time")
        raise SettingsError(f"{path}: {key} is {got} ({value!r}); it must be {KINDS[kind]}")
    return value


def table(path: Path, key: str, value: object) -> Mapping[str, Any]:
    """A table of anything."""
    return cast("Mapping[str, Any]", of_kind(path, f"[{key}]", value, dict))


def texts(path: Path, where: str, found: Mapping[str, Any]) -> Mapping[str, str]:
    """A table of texts."""
    return {name: of_kind(path, f"{where} {name!r}", value, str) for name, value in found.items()}


def tables(path: Path, key: str, found: Mapping[str, Any]) -> RuleOptions:
    """A table of tables."""
    return {name: table(path, f"{key}.{name}", value) for name, value in found.items()}


def ignores(path: Path, found: object) -> tuple[Ignore, ...]:
    """Every `[[ignore]]`, in the order written."""
    entries = of_kind(path, "[[ignore]]", found, list)
    return tuple(ignore(path, number, entry) for number, entry in enumerate(entries, start=1))


def ignore(path: Path, number: int, entry: object) -> Ignore:
    """One `[[ignore]]`; without a reason it is refused."""
    where = f"[[ignore]] number {number}"
    written = of_kind(path, where, entry, dict)
    known_keys(path, where, written, IGNORE_KEYS)
    fields = texts(path, where, written)
    for needed in ("rule", "because"):
        if not fields.get(needed, "").strip():
            raise SettingsError(f"{path}: {where} has no {needed!r}; say {reason(needed)}")
    return Ignore(rule=fields["rule"], stem=fields.get("stem"), because=fields["because"])


def reason(needed: str) -> str:
    """What a missing key of an ignore is for."""
    return {"rule": "which rule it sets aside", "because": "why, for whoever mixes this next"}[needed]
