"""A singer: a glottal pulse, a throat of five resonances, consonants, breath, vibrato. Mono float32.

Formant frequencies follow G. Peterson and H. Barney, "Control methods used in a study of the
vowels", JASA 24, 175-184 (1952), table II, women; the fourth and fifth are a singer's usual ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earmark.scenes.filters import RATE_HZ
from earmark.scenes.signals import at_peak, count, noise

VOWELS_HZ = {
    "a": (850, 1220, 2810, 3800, 4950),
    "e": (610, 2330, 2990, 3900, 4950),
    "i": (310, 2790, 3310, 4000, 4950),
    "o": (590, 920, 2710, 3700, 4950),
    "u": (370, 950, 2670, 3600, 4950),
    "n": (280, 1300, 2600, 3600, 4950),  # a nasal or liquid murmur, for m n l
}
WIDTHS_HZ = (90.0, 110.0, 150.0, 220.0, 300.0)
FRAME, HOP = 1024, 512  # 21 ms, half overlapping: vowels glide into each other
CONTROL_S = 0.005
HARMONICS = 34  # 34 times 620 Hz is still below half of 44.1 kHz
NOISES_HZ = {
    "s": (5200.0, 10_500.0, 0.10),
    "t": (3000.0, 8000.0, 0.025),
    "k": (1400.0, 4000.0, 0.03),
    "h": (900.0, 5000.0, 0.07),
}


@dataclass(frozen=True, slots=True)
class Note:
    """One syllable: where, how long, which pitch, and what is sung (consonant then vowel, or a vowel)."""

    start_s: float
    duration_s: float
    frequency_hz: float
    syllable: str = "a"
    effort: float = 0.6  # 0 murmured .. 1 belted: louder and brighter

    @property
    def vowel(self) -> str:
        """The syllable's vowel."""
        return self.syllable[-1]

    @property
    def consonant(self) -> str:
        """What comes before the vowel, or ""."""
        return self.syllable[:-1]


def sing(
    notes: Sequence[Note], duration_s: float, *, vibrato_cents: float = 32.0, rate_hz: int = RATE_HZ, seed: int = 0
) -> np.ndarray:
    """One phrase in one breath; belted (effort 1) it peaks near full scale."""
    luck = np.random.default_rng((29, seed))
    steps = int(np.ceil(duration_s / CONTROL_S)) + 1
    at_s = np.arange(steps) * CONTROL_S
    pitch_hz = _pitch(notes, at_s, vibrato_cents, luck)
    effort, loudness = _dynamics(notes, at_s)
    samples = count(duration_s, rate_hz)
    fine = np.arange(samples) / (rate_hz * CONTROL_S)
    source = _glottis(_finer(pitch_hz, fine), _finer(effort, fine), luck, rate_hz) * _finer(loudness, fine)
    voiced = _throat(source.astype(np.float32), notes, rate_hz)
    return np.asarray(voiced + _consonants(notes, samples, rate_hz, seed))


def _finer(control: np.ndarray, fine: np.ndarray) -> np.ndarray:
    return np.asarray(np.interp(fine, np.arange(control.size), control))


def _pitch(notes: Sequence[Note], at_s: np.ndarray, vibrato_cents: float, luck: np.random.Generator) -> np.ndarray:
    """The line a singer draws: scoops up to the note, glides between, settles, then vibrates."""
    cents = np.full(at_s.size, 1200 * np.log2(notes[0].frequency_hz))
    deep = np.zeros(at_s.size)
    for note in notes:
        since = at_s - note.start_s
        here = since >= -0.03
        cents[here] = 1200 * np.log2(note.frequency_hz) - 70 * np.exp(-np.maximum(since[here], 0) / 0.045)
        deep[here] = np.clip((since[here] - 0.22) / 0.25, 0, 1)
    cents = _smooth(cents, 9)
    wander = _smooth(luck.standard_normal(at_s.size), 21) * 18
    rate = 5.3 + 0.25 * _smooth(luck.standard_normal(at_s.size), 61)
    vibrato = vibrato_cents * deep * np.sin(2 * np.pi * np.cumsum(rate) * CONTROL_S)
    return np.asarray(2.0 ** ((cents + wander + vibrato) / 1200))


def _dynamics(notes: Sequence[Note], at_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    effort, loudness = np.zeros(at_s.size), np.zeros(at_s.size)
    for note in notes:
        since, left = at_s - note.start_s, note.start_s + note.duration_s - at_s
        swell = np.clip(since / 0.06, 0, 1) * np.clip(left / 0.09, 0, 1)
        swell *= 0.88 + 0.12 * np.sin(np.pi * np.clip(since / note.duration_s, 0, 1))
        sounding = swell > 0
        effort[sounding] = note.effort
        loudness = np.maximum(loudness, swell * 10.0 ** ((note.effort - 1) * 14 / 20))
    return _smooth(effort, 7), _smooth(loudness, 5)


def _smooth(control: np.ndarray, width: int) -> np.ndarray:
    hann = np.hanning(width + 2)[1:-1]
    padded = np.pad(control, width // 2, mode="edge")
    return np.convolve(padded, hann / hann.sum(), mode="valid")[: control.size]


def _glottis(pitch_hz: np.ndarray, effort: np.ndarray, luck: np.random.Generator, rate_hz: int) -> np.ndarray:
    """Pulses whose harmonics fall at 11 dB an octave when murmured, 5 when belted; and breath between them."""
    turns = np.cumsum(pitch_hz) / rate_hz
    soft, hard = _pulse(1.9), _pulse(0.9)
    size = soft.size - 1
    place = (turns % 1.0) * size
    left = place.astype(np.int64)
    part = place - left
    pulse = (1 - effort) * (soft[left] + part * (soft[left + 1] - soft[left]))
    pulse += effort * (hard[left] + part * (hard[left + 1] - hard[left]))
    breath = luck.standard_normal(pulse.size, dtype=np.float32) * (0.6 + 0.4 * np.cos(2 * np.pi * turns))
    return np.asarray(pulse + 0.035 * (1.3 - effort) * breath)


def _pulse(slope: float, size: int = 2048) -> np.ndarray:
    angle = 2 * np.pi * np.arange(size + 1) / size
    k = np.arange(1, HARMONICS + 1)[:, None]
    shape = (np.cos(k * angle + 0.3 * k**0.5) / k**slope).sum(axis=0)
    return np.asarray(shape / np.abs(shape).max())


def _throat(source: np.ndarray, notes: Sequence[Note], rate_hz: int) -> np.ndarray:
    """Short overlapping frames, each through the resonances of its moment."""
    frames = int(np.ceil(source.size / HOP)) + 1
    padded = np.zeros(frames * HOP + FRAME, np.float32)
    padded[HOP : HOP + source.size] = source
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:frames] * window
    middle_s = np.arange(frames) * HOP / rate_hz
    heard = np.fft.irfft(np.fft.rfft(cut, 2 * FRAME) * _resonances(_mouth(notes, middle_s), rate_hz), 2 * FRAME)
    out = np.zeros(padded.size + 2 * FRAME, np.float32)
    for part in range(4):  # each frame is four hops long: add every fourth, side by side
        rows = heard[part::4].reshape(-1)
        out[part * HOP : part * HOP + rows.size] += rows
    return out[HOP : HOP + source.size]


def _mouth(notes: Sequence[Note], at_s: np.ndarray) -> np.ndarray:
    """Formant frequencies, (5, frames), moving from one vowel to the next in about 60 ms."""
    shape = np.empty((5, at_s.size))
    shape[:] = np.array(VOWELS_HZ[notes[0].vowel], float)[:, None]
    for note in notes:
        shape[:, at_s >= note.start_s - 0.02] = np.array(VOWELS_HZ[note.vowel], float)[:, None]
        if note.consonant in ("m", "n", "l"):
            murmur = (at_s >= note.start_s - 0.05) & (at_s < note.start_s + 0.045)
            shape[:, murmur] = np.array(VOWELS_HZ["n"], float)[:, None]
    return np.array([_smooth(row, 5) for row in shape])


def _resonances(mouth_hz: np.ndarray, rate_hz: int) -> np.ndarray:
    """Complex response, (frames, bins): the product of five resonators, each 1 at 0 Hz, levelled to the vowel."""
    hz = np.fft.rfftfreq(2 * FRAME, 1 / rate_hz).astype(np.float32)[None, :]
    above = 1 + (hz / np.float32(4000)) ** 2  # what the throat's further resonances add: five alone fall too fast
    response = np.ones((mouth_hz.shape[1], hz.size), np.complex64) * above
    for centre_hz, width_hz in zip(mouth_hz.astype(np.float32), WIDTHS_HZ, strict=True):
        square = (centre_hz * centre_hz)[:, None]
        below = np.empty_like(response)
        below.real = square - hz * hz
        below.imag = np.float32(width_hz) * hz
        response *= square / below
    level = np.sqrt(np.mean(np.abs(response[:, 8:170]) ** 2, axis=1, keepdims=True))
    return np.asarray(response / level)


def _consonants(notes: Sequence[Note], samples: int, rate_hz: int, seed: int) -> np.ndarray:
    out = np.zeros(samples, np.float32)
    for number, note in enumerate(notes):
        for letter in note.consonant:
            if letter in NOISES_HZ:
                low_hz, high_hz, length_s = NOISES_HZ[letter]
                puff = noise(length_s, band_hz=(low_hz, high_hz), rate_hz=rate_hz, seed=seed * 101 + number)
                puff = at_peak(puff * np.hanning(puff.size).astype(np.float32), -22 + 8 * note.effort)
                first = max(0, count(note.start_s - 0.6 * length_s, rate_hz))
                out[first : first + puff.size] += puff[: max(0, samples - first)]
    return out
