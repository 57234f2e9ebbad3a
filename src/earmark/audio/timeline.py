"""Where each file lies on the session's timeline, by its BWF time reference (EBU Tech 3285)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from earmark.model import Session, SoundFile, Stem

ON_TRUST = "; all are taken to start together"


def place(session: Session) -> Session:
    """Stems moved to their stamped starts, the earliest at 0, where the stamps agree with each other.

    Stamps that differ are believed only if every file has one, the files are not all of one length (exports of
    a whole song are, whatever their stamps say), and each overlaps another: takes of different hours are no session.
    """
    voices = [voice for voice in (*session.stems, session.mix) if voice and stampable(voice)]
    starts_s = {voice.name: stamp_s(voice) for voice in voices if voice.known.time_reference_samples is not None}
    if len(set(starts_s.values())) < 2:
        return session
    if doubt := why_not(voices, starts_s):
        return replace(session, remarks=(*session.remarks, f"{doubt}{ON_TRUST}"))
    first_s = min(starts_s.values())
    moved = {name: start_s - first_s for name, start_s in starts_s.items()}
    return replace(
        session,
        stems=tuple(replace(stem, start_s=moved.get(stem.name, stem.start_s)) for stem in session.stems),
        mix=replace(session.mix, start_s=moved.get(session.mix.name, 0.0)) if session.mix else None,
        remarks=(*session.remarks, "stems are placed by their BWF time stamps"),
    )


def stampable(stem: Stem) -> bool:
    """Whether it is a file with sound in it."""
    return isinstance(stem.source, SoundFile) and stem.known.frames > 0


def stamp_s(stem: Stem) -> float:
    """Seconds since midnight."""
    return (stem.known.time_reference_samples or 0) / stem.known.rate_hz


def why_not(voices: Sequence[Stem], starts_s: dict[str, float]) -> str | None:
    """Why stamps that differ are not followed, or None."""
    if len(starts_s) < len(voices):
        return f"only {len(starts_s)} of {len(voices)} files carry a BWF time stamp, and these differ"
    if len({voice.known.duration_s for voice in voices}) == 1:
        return "the BWF time stamps differ although all files are equally long"
    spans = sorted((starts_s[voice.name], starts_s[voice.name] + voice.known.duration_s) for voice in voices)
    reach_s = spans[0][1]
    for start_s, end_s in spans[1:]:
        if start_s > reach_s:
            return "by their BWF time stamps some files do not overlap any other"
        reach_s = max(reach_s, end_s)
    return None
