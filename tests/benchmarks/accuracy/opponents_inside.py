"""Runs in the other programs' environment: takes a list of sound files, writes what each program says of each.

Nothing of earmark is imported here. What a program says is a list of [start_s, end_s], or of null for the whole file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import essentia
import numpy as np
import soundfile as sf
from essentia import standard as es

essentia.log.warningActive = False
Spans = list["tuple[float, float] | None"]


def framed(sound: np.ndarray, size: int, hop: int) -> Iterator[np.ndarray]:
    """As the examples of Essentia's audio problems cut it."""
    yield from es.FrameGenerator(sound, frameSize=size, hopSize=hop, startFromZero=True)


def by_spans(detector: object, sound: np.ndarray, size: int, hop: int) -> Spans:
    """A detector that gives starts and ends per frame, in seconds."""
    out: Spans = []
    for frame in framed(sound, size, hop):
        starts, ends = detector(frame)  # type: ignore[operator]
        out += [(float(start), float(end)) for start, end in zip(starts, ends, strict=False)]
    return merged(out)


def merged(spans: Spans, within_s: float = 0.002) -> Spans:
    """Places said twice in overlapping frames, once."""
    out: Spans = []
    for span in sorted(span for span in spans if span):
        if out and out[-1] and span[0] - out[-1][0] < within_s:
            continue
        out.append(span)
    return out


def clicks(sound: np.ndarray, rate_hz: int) -> Spans:
    return by_spans(es.ClickDetector(sampleRate=rate_hz), sound, 512, 256)


def discontinuities(sound: np.ndarray, rate_hz: int) -> Spans:
    detector, out = es.DiscontinuityDetector(), []
    for number, frame in enumerate(framed(sound, 512, 256)):
        places, _ = detector(frame)
        out += [((256 * number + float(place)) / rate_hz,) * 2 for place in places]
    return merged(out)


def gaps(sound: np.ndarray, rate_hz: int) -> Spans:
    return by_spans(es.GapsDetector(sampleRate=rate_hz), sound, 2048, 1024)


def saturation(sound: np.ndarray, rate_hz: int) -> Spans:
    return [None] if by_spans(es.SaturationDetector(sampleRate=rate_hz), sound, 512, 256) else []


def hum(sound: np.ndarray, rate_hz: int) -> Spans:
    _, hz, *_ = es.HumDetector(sampleRate=rate_hz)(sound)
    return (
        [None] if any(min(abs(one - 50 * round(one / 50)), abs(one - 60 * round(one / 60))) < 1.5 for one in hz) else []
    )


def start_stop_cut(sound: np.ndarray, rate_hz: int) -> Spans:
    _, stop = es.StartStopCut(sampleRate=rate_hz)(sound)
    end_s = sound.size / rate_hz
    return [(end_s - 0.15, end_s)] if stop else []


def false_stereo(path: str) -> Spans:
    sound, _ = sf.read(path, dtype="float32", always_2d=True)
    if sound.shape[1] < 2:
        return []
    detector = es.FalseStereoDetector()
    mono = [
        detector(es.StereoMuxer()(left, right))[0]
        for left, right in zip(
            framed(sound[:, 0].copy(), 4096, 4096), framed(sound[:, 1].copy(), 4096, 4096), strict=True
        )
    ]
    return [None] if np.mean(mono) > 0.5 else []


def ffmpeg(path: str, chain: str) -> str:
    """What ffmpeg prints while a filter listens."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af", chain, "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def silencedetect(path: str, options: str) -> Spans:
    said = ffmpeg(path, f"silencedetect={options}" if options else "silencedetect")
    starts = [float(each) for each in re.findall(r"silence_start: (-?[\d.e-]+)", said)]
    ends = [float(each) for each in re.findall(r"silence_end: (-?[\d.e-]+)", said)]
    return [(start, end) for start, end in zip(starts, ends, strict=False)]


def astats(path: str, name: str) -> float:
    """One of its overall numbers."""
    overall = ffmpeg(path, "astats").rpartition("Overall")[2]
    found = re.search(rf"{name}: (-?[\d.]+|-?inf)", overall)
    return float(found[1]) if found else float("nan")


def whole(said: bool) -> Spans:
    return [None] if said else []


Program = Callable[[str, np.ndarray, int], Spans]
# astats only measures: the limits are the ones earmark has, so that it is the measurement that is compared.
PROGRAMS: dict[str, dict[str, Program]] = {
    "NO03": {
        "essentia ClickDetector": lambda path, sound, hz: clicks(sound, hz),
        "essentia DiscontinuityDetector": lambda path, sound, hz: discontinuities(sound, hz),
    },
    "NO04": {
        "essentia DiscontinuityDetector": lambda path, sound, hz: discontinuities(sound, hz),
        "essentia ClickDetector": lambda path, sound, hz: clicks(sound, hz),
    },
    "NO05": {
        "essentia GapsDetector": lambda path, sound, hz: gaps(sound, hz),
        "ffmpeg silencedetect": lambda path, sound, hz: silencedetect(path, ""),
        "ffmpeg silencedetect=d=0.004": lambda path, sound, hz: silencedetect(path, "d=0.004"),
    },
    "NO01": {"essentia HumDetector": lambda path, sound, hz: hum(sound, hz)},
    "LV01": {
        "essentia SaturationDetector": lambda path, sound, hz: saturation(sound, hz),
        "ffmpeg astats, flat factor over 0 at full scale": lambda path, sound, hz: whole(
            astats(path, "Flat factor") > 0 and astats(path, "Peak level dB") > -0.1
        ),
    },
    "LV04": {
        "ffmpeg astats, offset over -60 dBFS": lambda path, sound, hz: whole(abs(astats(path, "DC offset")) > 1e-3)
    },
    "PK03": {
        "ffmpeg astats, peak under -90 dBFS": lambda path, sound, hz: whole(not astats(path, "Peak level dB") > -90),
        "ffmpeg silencedetect, all of it": lambda path, sound, hz: whole(
            sum(end - start for start, end in silencedetect(path, "")) > 0.99 * sound.size / hz
        ),
    },
    "PK06": {
        "essentia FalseStereoDetector": lambda path, sound, hz: false_stereo(path),
        "ffmpeg aphasemeter, mono": lambda path, sound, hz: whole(
            "mono_start" in ffmpeg(path, "aphasemeter=video=0:phasing=1")
        ),
    },
    "PK09": {"essentia StartStopCut": lambda path, sound, hz: start_stop_cut(sound, hz)},
    "PH06": {
        "ffmpeg aphasemeter, out of phase": lambda path, sound, hz: whole(
            "out_phase_start" in ffmpeg(path, "aphasemeter=video=0:phasing=1")
        )
    },
}


def main() -> None:
    """Each file through the programs that can name its fault."""
    path = Path(sys.argv[1])
    jobs = json.loads(path.read_text())
    for job in jobs:
        sound, rate_hz = sf.read(job["file"], dtype="float32", always_2d=True)
        mono = np.ascontiguousarray(sound.mean(axis=1), np.float32)
        job["said"] = {name: program(job["file"], mono, rate_hz) for name, program in PROGRAMS[job["code"]].items()}
    path.write_text(json.dumps(jobs))


if __name__ == "__main__":
    main()
