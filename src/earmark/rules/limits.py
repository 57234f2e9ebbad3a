"""Holds what was measured against what a delivery profile asks for. No profile is judged to be right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from earmark.features.going_out import GoingOut, Outgoing
from earmark.model import Json, Session, Severity, Stem
from earmark.rules.profile import UNITS, Limit, Profile, Quantity, Whose

Readings = Mapping[Quantity, float | None]


@dataclass(frozen=True, slots=True)
class Missed:
    """A demand that a file does not meet.

    `limit` is the number nearest to what was read; `gap` is by how much its end is missed, negative below.
    """

    severity: Severity
    limit: Limit
    reading: float
    gap: float
    others: tuple[Limit, ...]  # what else is said about the same thing
    met: tuple[Limit, ...]  # those of them that are met
    unheard: tuple[Limit, ...]  # those of them that nobody measured

    @property
    def end(self) -> float:
        """The end of what is asked that was missed."""
        return round(round(self.reading, 1) - self.gap, 2)

    @property
    def off(self) -> float:
        """How far from where the file is asked to be: from the target where there is one, else from the end."""
        aim = self.end if self.limit.target is None else self.limit.target
        return round(self.reading - aim, 2)

    @property
    def doubt(self) -> str:
        """What else is said about it, and what would make it otherwise."""
        if self.unheard:
            asked = " or ".join(f"{each.what} {each.text}" for each in self.unheard)
            return f"it is met all the same where {asked} is, which earmark does not measure"
        if self.met:
            return f"the sources differ: {'; '.join(cited(each) for each in self.met)} is met"
        if not self.limit.hard:
            return "this is advice, not a rule: whoever receives it turns it up or down, or nothing happens at all"
        also = f"; also said: {'; '.join(cited(each) for each in self.others)}" if self.others else ""
        return (
            f"the number is that of {self.limit.source.body}, read {self.limit.source.read}; it may have changed{also}"
        )


def missed(limits: Iterable[Limit], readings: Readings, *, slack: float = 0.0) -> list[Missed]:
    """The demands that these readings do not meet, gravest first.

    `slack` is how far a target without a stated tolerance may be missed. Readings count to one decimal, as meters
    show them.
    """
    found = [demand_missed(demand, readings, slack) for demand in demands(limits, readings)]
    order: tuple[Severity, ...] = ("fault", "question", "note")
    return sorted((each for each in found if each), key=lambda each: (order.index(each.severity), -abs(each.gap)))


def demands(limits: Iterable[Limit], readings: Readings) -> list[list[Limit]]:
    """The limits that apply, those that belong together in one list."""
    groups: dict[object, list[Limit]] = {}
    for limit in limits:
        loudness = readings.get("integrated-lufs")
        if limit.louder_than_lufs is None or (loudness is not None and loudness > limit.louder_than_lufs):
            groups.setdefault(limit.either or limit.conflict or id(limit), []).append(limit)
    return list(groups.values())


def demand_missed(demand: Sequence[Limit], readings: Readings, slack: float) -> Missed | None:
    """What is missed of the limits that belong together; None where they are met, or nobody measured any."""
    gaps = {limit: gap_to(limit, value, slack) for limit in demand if (value := readings.get(limit.what)) is not None}
    out = [limit for limit, gap in gaps.items() if gap]
    met = tuple(limit for limit, gap in gaps.items() if not gap)
    unheard = tuple(limit for limit in demand if limit not in gaps)
    severity = gravity(out, met, unheard)
    if severity is None:
        return None
    nearest = min(out, key=lambda each: (not each.hard, abs(gaps[each])))
    reading = readings[nearest.what]
    assert reading is not None
    others = tuple(limit for limit in demand if limit is not nearest)
    return Missed(severity, nearest, reading, gaps[nearest], others, met, unheard)


def gravity(out: Sequence[Limit], met: Sequence[Limit], unheard: Sequence[Limit]) -> Severity | None:
    """A fault only where every number about the same thing is hard and missed.

    Where one of several `either` is met, all is well. Where sources conflict, a hard number that is missed is a
    question, and advice that is missed beside advice that is met is nothing.
    """
    if not out or (met and out[0].either):
        return None
    hard = any(limit.hard for limit in out)
    if met or unheard:
        return "question" if hard else None if met else "note"
    return "fault" if all(limit.hard for limit in out) else "question" if hard else "note"


def gap_to(limit: Limit, reading: float, slack: float) -> float:
    """By how much a reading misses a limit: above it positive, below negative, 0.0 where it is met."""
    shown = round(reading, 1)
    if limit.one_of:
        return 0.0 if shown in limit.one_of else shown - min(limit.one_of, key=lambda each: abs(each - shown))
    alone = limit.target if limit.low is None and limit.high is None else None
    low = limit.low if alone is None else alone - slack
    high = limit.high if alone is None else alone + slack
    if high is not None and shown > high + 1e-9:
        return shown - (high if alone is None else alone)
    if low is not None and shown < low - 1e-9:
        return shown - (low if alone is None else alone)
    return 0.0


def cited(limit: Limit) -> str:
    """The number and who says so."""
    by = " (what its inspectors flag)" if limit.by == "qc" else ""
    note = f" ({limit.note})" if limit.conflict and limit.note else ""
    return f"{limit.text}, {limit.source.body}{by}{note}"


def evidence(profile: Profile, missing: Sequence[Missed]) -> dict[str, Json]:
    """Every number that was held against the file, with its source and date."""
    limits = {id(limit): limit for each in missing for limit in (each.limit, *each.others)}
    return {"profile": profile.name, "limits": [row(limit) for limit in limits.values()]}


def row(limit: Limit) -> dict[str, Json]:
    """One limit, as the report carries it."""
    return {
        "what": limit.what,
        "asked": limit.text,
        "hard": limit.hard,
        "by": limit.by,
        "body": limit.source.body,
        "page": limit.source.page,
        "at": limit.source.at,
        "read": limit.source.read.isoformat(),
        "first_hand": limit.source.first_hand,
    }


def unit_of(limit: Limit) -> str:
    """The unit of its number."""
    return UNITS[limit.what]


def confidence(gap: float, meter_differs_by: float) -> float:
    """Surest where another meter could not read it otherwise."""
    return round(0.5 + 0.5 * min(1.0, abs(gap) / meter_differs_by), 2)


# --- whose number it is ---------------------------------------------------------------


def programmes(session: Session, profile: Profile) -> tuple[Stem, ...]:
    """What is heard as it is: the mix; else, among masters, every file; else what is called a mix, or is alone."""
    if session.mix is not None:
        return (session.mix,)
    if profile.stage == "deliver" or len(session.stems) == 1:
        return session.stems
    return tuple(stem for stem in session.stems if stem.role == "mix")


def files_of(session: Session, profile: Profile, whose: Whose) -> tuple[Stem, ...]:
    """The files that a limit of this kind is about."""
    whole = programmes(session, profile)
    if whose == "programme":
        return whole
    parts = tuple(stem for stem in session.stems if stem not in whole or len(session.stems) == 1)
    return parts if whose == "stem" else (*parts, *(stem for stem in whole if stem not in parts))


def held_against(
    out: GoingOut, profile: Profile, quantities: Collection[Quantity]
) -> list[tuple[Outgoing, tuple[Limit, ...]]]:
    """Every file that the profile says something about, with what it says."""
    limits = profile.limits_on(quantities)
    whose = {of: files_of(out.session, profile, of) for of in {limit.of for limit in limits}}
    pairs = ((file, tuple(limit for limit in limits if file.stem in whose[limit.of])) for file in out.files)
    return [(file, about) for file, about in pairs if about]


def why_silent(profile: Profile, quantities: Collection[Quantity], session: Session) -> str | None:
    """Why a rule about these quantities has nothing to hold against anything; None where it has."""
    limits = profile.limits_on(quantities)
    if not limits:
        return f"the profile {profile.name} asks for no such number at stage {profile.stage}"
    if not any(files_of(session, profile, limit.of) for limit in limits):
        return f"the profile {profile.name} is about the whole mix, and none is known; --mix FILE names it"
    return None
