"""Delivery profiles: what somebody asks of a file, each number with who says so, where, and when that was read.

One TOML file each in `profiles/`. A number is `hard` where its publisher makes it a rule, else it is advice. What a
specification says and what its inspectors flag are two limits; so are two pages that disagree. None are merged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from earmark.errors import UsageError, did_you_mean
from earmark.model import STAGES, Stage

Quantity: TypeAlias = Literal[
    "integrated-lufs",
    "short-term-max-lufs",
    "momentary-max-lufs",
    "loudness-range-lu",
    "dialogue-lufs",
    "dialogue-range-lu",
    "true-peak-dbtp",
    "sample-peak-dbfs",
    "headroom-dbtp",
    "rms-dbfs",
    "rate-hz",
    "one-rate",
    "bits",
]
Whose: TypeAlias = Literal["programme", "stem", "file"]  # file: programme and stems alike

UNITS: Mapping[Quantity, str] = {
    "integrated-lufs": "LUFS",
    "short-term-max-lufs": "LUFS",
    "momentary-max-lufs": "LUFS",
    "loudness-range-lu": "LU",
    "dialogue-lufs": "LUFS",
    "dialogue-range-lu": "LU",
    "true-peak-dbtp": "dBTP",
    "sample-peak-dbfs": "dBFS",
    "headroom-dbtp": "dBTP",
    "rms-dbfs": "dBFS",
    "rate-hz": "Hz",
    "one-rate": "",
    "bits": "bits",
}
HEARD: frozenset[Quantity] = frozenset(UNITS) - {"dialogue-lufs", "dialogue-range-lu"}
FOLDER = Path(__file__).with_name("profiles")


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it, where, and when that page was read. Second-hand: somebody reports what its publisher asks."""

    body: str
    page: str
    at: str
    read: date
    first_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One number that one page asks for.

    `low` and `high` are the ends of what is asked; `target` alone is a level without a stated tolerance. `one_of`
    is a list to choose from. Limits under one `either` are met when any of them is; limits under one
    `conflict` are what several pages, or the specification and its inspectors, say about the same thing.
    """

    what: Quantity
    source: Source
    hard: bool
    of: Whose
    stages: frozenset[Stage]
    by: Literal["spec", "qc"] = "spec"
    target: float | None = None
    low: float | None = None
    high: float | None = None
    one_of: tuple[float, ...] = ()
    either: str = ""
    conflict: str = ""
    louder_than_lufs: float | None = None  # asked only of what is louder than this
    note: str = ""

    @property
    def text(self) -> str:
        """The number as a person writes it: `-23.0 ±0.5 LUFS`, `at most -1.0 dBTP`."""
        return f"{asked(self)} {UNITS[self.what]}".strip()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside the numbers, and the rules that listen for it, if any."""

    text: str
    source: Source
    hard: bool
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """One destination. `stage` is None until the line has said at which it is used."""

    name: str
    title: str
    about: str
    limits: tuple[Limit, ...]
    wishes: tuple[Wish, ...] = ()
    stage: Stage | None = None

    def at(self, stage: Stage) -> Profile:
        """What it asks at this stage."""
        return replace(self, stage=stage, limits=tuple(limit for limit in self.limits if stage in limit.stages))

    def limits_on(self, quantities: Collection[Quantity]) -> tuple[Limit, ...]:
        """Those of its limits that are about any of these."""
        return tuple(limit for limit in self.limits if limit.what in quantities)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Where it asks for anything, in the order of the way; all of them where it asks for no number."""
        spoken = {stage for limit in self.limits for stage in limit.stages} or set(STAGES)
        return tuple(stage for stage in STAGES if stage in spoken)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a report says first: what it was held against, and what of that nobody listened for."""
        if not self.limits:
            return (f"the delivery profile {self.name} asks for nothing at stage {self.stage}",)
        unheard = dict.fromkeys(f"{limit.what} {limit.text}" for limit in self.limits if limit.what not in HEARD)
        deaf = f"; earmark does not measure {', '.join(unheard)}" if unheard else ""
        return (f"held against the delivery profile {self.name}{deaf}",)


def names() -> tuple[str, ...]:
    """All profiles there are."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def named(name: str) -> Profile:
    """The profile of this name; one that nobody wrote is met with the nearest."""
    key = name.strip().lower()
    if key not in names():
        raise UsageError(
            f"there is no delivery profile {name!r}{did_you_mean(key, names()) or '; earmark profiles lists them'}"
        )
    return load(key)


@cache
def load(name: str) -> Profile:
    """The profile in one file of the folder."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        written = tomllib.load(file)
    sources = {key: Source(**fields) for key, fields in written["sources"].items()}
    stages = frozenset(written["stages"])
    return Profile(
        name=name,
        title=written["title"],
        about=written["about"],
        limits=tuple(limit_of(row, sources, stages, written["of"]) for row in written.get("limits", [])),
        wishes=tuple(wishes(written.get("wishes", []), sources)),
    )


def limit_of(row: dict[str, Any], sources: Mapping[str, Source], stages: frozenset[Stage], of: Whose) -> Limit:
    """One `[[limits]]`; stage and file are those of the profile where it does not say."""
    given = {"of": of, **row, "source": sources[row["source"]], "stages": frozenset(row.get("stages", stages))}
    return Limit(**{**given, "one_of": tuple(row.get("one_of", ()))})


def wishes(rows: list[dict[str, Any]], sources: Mapping[str, Source]) -> Iterator[Wish]:
    """Every `[[wishes]]`."""
    for row in rows:
        yield Wish(row["text"], sources[row["source"]], row["hard"], tuple(row.get("rules", ())))


def asked(limit: Limit) -> str:
    """The number without its unit."""
    if limit.one_of:
        return " or ".join(plain(value) for value in limit.one_of)
    if limit.low is not None and limit.high is not None:
        return between(limit.low, limit.high, limit.target, decimals(limit))
    if limit.high is not None:
        return f"at most {limit.high:.{decimals(limit)}f}"
    if limit.low is not None:
        return f"at least {limit.low:.{decimals(limit)}f}"
    return f"{limit.target:.{decimals(limit)}f}" if limit.target is not None else "the same for all"


def between(low: float, high: float, target: float | None, places: int) -> str:
    """A range: around its target where there is one in the middle."""
    if target is not None and abs(high + low - 2.0 * target) < 1e-6:
        return f"{target:.{places}f} ±{high - target:.{places}f}"
    return f"{low:.{places}f} to {high:.{places}f}"


def decimals(limit: Limit) -> int:
    """Levels have one decimal; bits and hertz none."""
    return 1 if UNITS[limit.what].startswith(("LU", "dB")) else 0


def plain(value: float) -> str:
    """A number as short as it is."""
    return f"{value:g}"
