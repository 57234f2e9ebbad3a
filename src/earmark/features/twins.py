"""Which stem of one session is which of another, by name and, where names changed, by sound; and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from earmark.features.envelope import StemEnvelope
from earmark.features.measurements import Measurements
from earmark.features.null_cells import same_sound
from earmark.features.rebounce import Rebounce, rebounce
from earmark.features.rises import alike
from earmark.model import Stem

UNREAD = Rebounce("unread")
DOUBTFUL = ("other", "muted", "woken")  # of one name: there may be a stem of another that fits
# Rises and falls of two stems of one song are alike to 0.43 at most, a raw track and its processed self 0.80 or more:
# measured on real multitracks. Under another name only the latter is believed.
RENAMED = 0.8


@dataclass(frozen=True, slots=True)
class Twin:
    """A stem then and now; `old` is None for one that was added, `new` for one that is missing."""

    old: Stem | None
    new: Stem | None
    became: Rebounce | None = None

    @property
    def renamed(self) -> bool:
        """Whether it goes by another name now."""
        return self.old is not None and self.new is not None and self.old.name != self.new.name


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """A stem with its envelope, where it could be read."""

    stem: Stem
    envelope: StemEnvelope | None


def twins(old: Measurements, new: Measurements) -> tuple[Twin, ...]:
    """Every stem of either session once, in the new one's order, then what is missing; the mixes last.

    Parameters
    ----------
    old, new : Measurements
        With the `StemEnvelope` of every stem and of the mix.
    """
    return (*paired(voices(old), voices(new)), *paired(mix_of(old), mix_of(new), of_one_kind=True))


def voices(measured: Measurements) -> list[Voice]:
    """The stems of a session."""
    return [Voice(stem, envelope_of(measured.of_stems.get(stem.name, {}))) for stem in measured.session.stems]


def mix_of(measured: Measurements) -> list[Voice]:
    """Its mix, or none."""
    mix = measured.session.mix
    return [Voice(mix, envelope_of(measured.of_mix))] if mix else []


def envelope_of(row: Mapping[type, object]) -> StemEnvelope | None:
    """The envelope among a stem's features."""
    found = row.get(StemEnvelope)
    return found if isinstance(found, StemEnvelope) else None


def paired(old: Sequence[Voice], new: Sequence[Voice], of_one_kind: bool = False) -> Iterator[Twin]:
    """Pairs by name where the sound agrees, then by sound, then by name alone; then those without one."""
    named = {each.stem.name: each for each in old}
    found: dict[int, tuple[Voice, Rebounce]] = {}
    for at, each in enumerate(new):
        then = old[0] if of_one_kind and old else named.get(each.stem.name)
        if then is not None:
            found[at] = then, became(then, each)
    doubtful = {at: found.pop(at) for at in list(found) if found[at][1].sameness in DOUBTFUL}
    free = {at: each for at, each in enumerate(new) if at not in found}
    found |= by_sound(left_over(old, found), free)
    gone = {id(voice) for voice, _ in found.values()}
    found |= {at: pair for at, pair in doubtful.items() if at not in found and id(pair[0]) not in gone}
    for at, each in enumerate(new):
        then, how = found.get(at, (None, None))
        yield Twin(then.stem if then else None, each.stem, how)
    yield from (Twin(each.stem, None) for each in left_over(old, found))


def left_over(old: Sequence[Voice], found: Mapping[int, tuple[Voice, Rebounce]]) -> list[Voice]:
    """Those that nothing was found for."""
    gone = {id(voice) for voice, _ in found.values()}
    return [each for each in old if id(each) not in gone]


def by_sound(old: Sequence[Voice], new: Mapping[int, Voice]) -> dict[int, tuple[Voice, Rebounce]]:
    """One-to-one, the most alike first."""
    likely = [(likeness(then, each), at, of) for at, each in new.items() for of, then in enumerate(old)]
    found: dict[int, tuple[Voice, Rebounce]] = {}
    taken: set[int] = set()
    for like, at, of in sorted(likely, key=lambda pair: (-pair[0], pair[1:])):
        if like >= RENAMED and at not in found and of not in taken:
            how = became(old[of], new[at])
            if how.sameness not in (*DOUBTFUL, "silent"):
                found[at] = old[of], how
                taken.add(of)
    return found


def likeness(one: Voice, other: Voice) -> float:
    """1.0 for the same sound, else how alike the rises and falls are; 0 where one cannot be read or never sounds."""
    if one.envelope is None or other.envelope is None or one.envelope.level_dbfs.max(initial=-120.0) <= -120.0:
        return 0.0
    return 1.0 if same_sound(one.stem, other.stem) else alike(one.envelope, other.envelope)[1]


def became(old: Voice, new: Voice) -> Rebounce:
    """What became of one; not known where either cannot be read."""
    return rebounce(old.envelope, new.envelope) if old.envelope and new.envelope else UNREAD
