"""Looks at every stem once: header, what can be reached, where it lies on the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from earmark.audio.headers import Claims, claims
from earmark.audio.opening import said_by, system_path, why_not_a_file, why_not_sound
from earmark.audio.sound_file import readable_frames
from earmark.audio.timeline import place
from earmark.model import Clip, Clips, FileFacts, Samples, Session, Stem

BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}
BITS |= {"ALAC_16": 16, "ALAC_20": 20, "ALAC_24": 24, "ALAC_32": 32}
CONTAINERS = {"WAVEX": "WAV", "MPEG": "MP3", "MP3": "MP3"}
COUNTLESS = 2**62  # what the decoder gives for a stream whose header holds no length


def probe(session: Session) -> Session:
    """The session with `facts` for every stem and the mix, its rate, and BWF places.

    Never raises for a bad file: what is the matter stands in `facts.trouble`, in one sentence.
    """
    stems = tuple(probed(stem) for stem in session.stems)
    mix = probed(session.mix) if session.mix else None
    seen = replace(session, stems=stems, mix=mix, rate_hz=session.rate_hz or majority_rate_hz(stems, mix))
    return place(seen)


def probed(stem: Stem) -> Stem:
    """The stem with its facts; one that already has them stays as it is."""
    if isinstance(stem.source, Clips):
        return probed_clips(stem, stem.source)
    if stem.facts is not None:
        return stem
    if isinstance(stem.source, Samples):
        channels, frames = stem.source.samples.shape
        return replace(stem, facts=FileFacts(stem.source.rate_hz, channels, frames, "MEMORY", "FLOAT", 32))
    return replace(stem, facts=file_facts(stem.source.path))


def file_facts(path: Path) -> FileFacts:
    """What one file is, as far as it can be told without decoding it."""
    import soundfile

    if why := why_not_a_file(path):
        return FileFacts(trouble=f"{path.name} {why}")
    try:
        with soundfile.SoundFile(system_path(path)) as file:
            facts = FileFacts(
                rate_hz=file.samplerate,
                channels=file.channels,
                frames=file.frames,
                container=CONTAINERS.get(file.format, file.format),
                encoding=file.subtype,
                bits=BITS.get(file.subtype),
                lossy=file.subtype not in BITS,
            )
    except (soundfile.SoundFileError, OSError, TypeError) as trouble:
        return FileFacts(trouble=f"{path.name} {why_not_sound(path, said_by(trouble))}")
    return reached(path, facts, claims(path))


def reached(path: Path, facts: FileFacts, claimed: Claims) -> FileFacts:
    """The facts, held against what is really in the file."""
    facts = replace(facts, time_reference_samples=claimed.time_reference_samples, cut_off=claimed.cut_off)
    if claimed.frames_found is not None and facts.container == "MP3":
        facts = replace(facts, frames=claimed.frames_found)
    promised = max(facts.frames, claimed.frames or 0)
    if facts.container == "FLAC" or facts.frames >= COUNTLESS:
        facts = replace(facts, frames=readable_frames(path, facts.frames))
        promised = max(facts.frames, promised if promised < COUNTLESS else 0)
    if promised > facts.frames:
        facts = replace(facts, frames_promised=promised)
    return barren(path, facts, claimed)


def barren(path: Path, facts: FileFacts, claimed: Claims) -> FileFacts:
    """The facts, with the trouble named where there is sound in the file and none of it can be had."""
    if facts.frames:
        return facts
    if claimed.unclosed_bytes:
        why = f"was never closed: its header counts 0 frames, {claimed.unclosed_bytes} bytes of sound follow"
    elif facts.cut_off or facts.frames_promised:
        why = "is cut off before its first frame of sound"
    else:
        return facts
    return replace(facts, trouble=f"{path.name} {why}")


def probed_clips(stem: Stem, source: Clips) -> Stem:
    """A DAW track: its clips that can be heard, and a sentence on those that cannot."""
    whys = {path: why_not_heard(path, source.rate_hz) for path in dict.fromkeys(clip.path for clip in source.clips)}
    heard = tuple(clip for clip in source.clips if whys[clip.path] is None)
    said = [stem.facts.trouble or stem.facts.unheard] if stem.facts else []
    said += [why for why in whys.values() if why]
    sentence = "; ".join(words for words in said if words) or None
    facts = FileFacts(source.rate_hz, source.channels, extent(heard), "CLIPS", "FLOAT", 32)
    if sentence and not heard:
        return replace(stem, facts=replace(facts, trouble=sentence))
    first = min((clip.start_samples for clip in heard), default=0)
    return replace(
        stem,
        source=replace(source, clips=heard),
        start_s=first / source.rate_hz,
        facts=replace(facts, unheard=sentence),
    )


def why_not_heard(path: Path, rate_hz: int) -> str | None:
    """Why this file of a DAW session is silent here, or None."""
    facts = file_facts(path)
    if facts.trouble is None and facts.rate_hz != rate_hz:
        return f"{path.name} runs at {facts.rate_hz} Hz in a session at {rate_hz} Hz"
    return facts.trouble


def extent(clips: Sequence[Clip]) -> int:
    """Samples from the first clip's start to the last one's end."""
    if not clips:
        return 0
    ends = [clip.start_samples + clip.length_samples for clip in clips]
    return max(ends) - min(clip.start_samples for clip in clips)


def majority_rate_hz(stems: Sequence[Stem], mix: Stem | None) -> int | None:
    """The rate of most stems; where two are equally common, that of the earlier stem."""
    rates = Counter(stem.known.rate_hz for stem in stems if stem.known.rate_hz)
    if not rates:
        return mix.known.rate_hz or None if mix else None
    return rates.most_common(1)[0][0]
