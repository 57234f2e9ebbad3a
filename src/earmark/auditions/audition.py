"""One option of one card as sound: before, after, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from earmark import audio
from earmark.actions import Pan
from earmark.auditions.context import UNITY, Context, context_of
from earmark.auditions.excerpt import Excerpt, excerpt_for
from earmark.auditions.treatment import NOT_HEARD, Read, can_be_heard, panned, treated
from earmark.errors import UsageError
from earmark.features.loudness import Loudness
from earmark.features.stem_pass import measure_stem
from earmark.model import Card, FileFacts, Finding, Option, Samples, Session, Stem
from earmark.suggestions.cards import PACK_FAMILIES


@dataclass(frozen=True, slots=True, eq=False)
class Audition:
    """Float32 (2, samples) each, at the session's rate.

    Attributes
    ----------
    before, after : ndarray
        As it is, and as the option would leave it, at the levels they have. `after` is None where the option
        cannot be heard beforehand.
    match_db : float
        What brings the loudness of `after` to that of `before`; 0.0 where one of them is silence.
    option : int
        Which option of the card this is, from 1.
    told : tuple of str
        What a listener has to know, in sentences.
    """

    before: np.ndarray
    after: np.ndarray | None
    rate_hz: int
    start_s: float
    match_db: float
    option: int
    told: tuple[str, ...]

    @property
    def matched(self) -> np.ndarray | None:
        """`after` as loud as `before`."""
        return None if self.after is None else np.asarray(self.after * np.float32(10 ** (self.match_db / 20)))

    @property
    def delta(self) -> np.ndarray | None:
        """`after` less `before`, at the levels they have."""
        return None if self.after is None else self.after - self.before


def audition(
    session: Session, card: Card, finding: Finding, *, option: int | None = None, cache: Path | None = None
) -> Audition:
    """Render one option of a card around one of its findings; without a number, the first that can be heard.

    The session has been probed.
    """
    number, chosen = choice(card, option)
    asked = asked_stems(session, card, chosen)
    heard = can_be_heard(chosen.action)
    context = (
        context_for(session, asked, finding, cache)
        if heard
        else Context({asked[0].name: UNITY}, f"{asked[0].name} alone")
    )
    excerpt = excerpt_for(finding, session, asked[0])
    rate_hz = asked[0].known.rate_hz
    before = mixed(session, context, excerpt, rate_hz, None)
    after = mixed(session, context, excerpt, rate_hz, chosen) if heard else None
    match_db = 0.0 if after is None else matching_db(before, after, rate_hz)
    told = sentences(session, chosen, context, excerpt, rate_hz, match_db)
    return Audition(before, after, rate_hz, excerpt.start_s, match_db, number, told)


def context_for(session: Session, asked: tuple[Stem, ...], finding: Finding, cache: Path | None) -> Context:
    """Who sounds with it: for what is asked about the pack, everything as it was sent."""
    return context_of(session, asked, cache, as_sent=finding.code.startswith(PACK_FAMILIES))


def choice(card: Card, option: int | None) -> tuple[int, Option]:
    """The option that is meant, with its number."""
    options = card.suggestion.options
    if option is not None and not 1 <= option <= len(options):
        raise UsageError(f"{card.title} has options 1 to {len(options)}, not {option}; name one of these")
    if option is not None:
        return option, options[option - 1]
    heard = (number for number, each in enumerate(options, start=1) if can_be_heard(each.action))
    number = next(heard, 1)
    return number, options[number - 1]


def asked_stems(session: Session, card: Card, chosen: Option) -> tuple[Stem, ...]:
    """The stem that the option treats, then the others of the card; those that can be read at its rate."""
    target = getattr(chosen.action, "stem", None)
    names = dict.fromkeys([*([target] if target else []), *card.stems])
    stems = {stem.name: stem for stem in session.stems if stem.known.trouble is None and stem.known.frames}
    found = [stems[name] for name in names if name in stems]
    if not found:
        raise UsageError(f"{' and '.join(names)} cannot be read in this session; run `earmark check` again")
    return tuple(stem for stem in found if stem.known.rate_hz == found[0].known.rate_hz)


def mixed(session: Session, context: Context, excerpt: Excerpt, rate_hz: int, option: Option | None) -> np.ndarray:
    """The sum of the context's stems over the excerpt; with an option, the stem that it names is treated."""
    count = round(excerpt.length_s * rate_hz)
    out = np.zeros((2, count), np.float32)
    for stem in session.stems:
        if stem.name not in context.gains or stem.known.rate_hz != rate_hz or not stem.known.frames:
            continue
        treat = option is not None and getattr(option.action, "stem", None) == stem.name
        position = option.action.position if treat and option and isinstance(option.action, Pan) else None
        sound = sound_of(stem, excerpt.start_s, count, option if treat else None)
        out += panned(sound, context.gains[stem.name], position)
    return out


def sound_of(stem: Stem, start_s: float, count: int, option: Option | None) -> np.ndarray:
    """One stem over the excerpt, treated or as it is."""
    read = reader(stem)
    if option is None:
        return read(start_s, count)
    return treated(option.action, option.curve or (), read, start_s, count, stem.known.rate_hz)


def reader(stem: Stem) -> Read:
    """Reads a stem by session time; what is not finite is silence here."""

    def read(start_s: float, count: int) -> np.ndarray:
        sound = audio.window(stem, round((start_s - stem.start_s) * stem.known.rate_hz), count)
        return np.asarray(np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0))

    return read


def matching_db(before: np.ndarray, after: np.ndarray, rate_hz: int) -> float:
    """How much louder `after` has to be made to be as loud as `before`."""
    was, would_be = loudness_lufs(before, rate_hz), loudness_lufs(after, rate_hz)
    return 0.0 if was is None or would_be is None else was - would_be


def loudness_lufs(sound: np.ndarray, rate_hz: int) -> float | None:
    """Integrated loudness after BS.1770, None for silence."""
    facts = FileFacts(rate_hz, sound.shape[0], sound.shape[1], container="MEMORY", encoding="FLOAT", bits=32)
    stem = Stem("excerpt", Samples(sound, rate_hz), facts=facts)
    loudness = measure_stem(stem, [Loudness])[Loudness]
    assert isinstance(loudness, Loudness)
    return loudness.integrated_lufs


def sentences(
    session: Session, chosen: Option, context: Context, excerpt: Excerpt, rate_hz: int, match_db: float
) -> tuple[str, ...]:
    """What a listener has to know."""
    span = f"{excerpt.start_s:.2f} to {excerpt.start_s + excerpt.length_s:.2f} s"
    said = [f"{span}, {context.told}"]
    if not can_be_heard(chosen.action):
        return (*said, NOT_HEARD[type(chosen.action)])
    said.append(f"after is made {match_db:+.2f} dB, as loud as before; the difference is at its own level")
    said += left_out(session, context, rate_hz)
    if abs(getattr(chosen.action, "shift_s", 0.0)) > 0:
        said.append("shifted by whole samples")
    return tuple(said)


def left_out(session: Session, context: Context, rate_hz: int) -> Sequence[str]:
    """The stems that run at another rate."""
    names = [stem.name for stem in session.stems if stem.name in context.gains and stem.known.rate_hz != rate_hz]
    return [f"without {', '.join(names)}, at another sampling rate"] if names else []
