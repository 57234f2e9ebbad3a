"""Sound files with something the matter, made byte by byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import soundfile

from earmark import audio
from earmark.model import FileFacts, Session, SoundFile, Stem

RATE_HZ = 48_000
NOISE = (0.1 * np.random.default_rng(2).standard_normal((2, RATE_HZ))).astype(np.float32)


def put(path: Path, sound: np.ndarray = NOISE, rate_hz: int = RATE_HZ, **how: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".opus":
        how = {"format": "OGG", "subtype": "OPUS"}
    soundfile.write(path, np.atleast_2d(sound).T, rate_hz, **how)
    return path


def probed(*paths: Path, mix: Path | None = None) -> Session:
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in paths)
    return audio.probe(Session("song", None, stems, mix=Stem("mix", SoundFile(mix)) if mix else None))


def stem_of(path: Path) -> Stem:
    return probed(path).stems[0]


def facts_of(path: Path) -> FileFacts:
    return stem_of(path).known


def cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def stamped(path: Path, time_reference: int, frames: int, rate_hz: int = RATE_HZ) -> Path:
    """A mono 16-bit WAV with a bext chunk (EBU Tech 3285)."""
    bext = bytearray(602)
    struct.pack_into("<II", bext, 338, time_reference & 0xFFFFFFFF, time_reference >> 32)
    chunks = b"bext" + struct.pack("<I", 602) + bext
    chunks += b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, 2 * rate_hz, 2, 16)
    chunks += b"data" + struct.pack("<I", 2 * frames) + b"\x01\x02" * frames
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


def resized(path: Path, riff: int, data: int) -> Path:
    """The same WAV with these sizes in its header."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 4, riff)
    struct.pack_into("<I", content, content.find(b"data") + 4, data)
    path.write_bytes(content)
    return path


def read_all(stem: Stem, block_samples: int = 4_096) -> np.ndarray:
    parts = [block.copy() for block in audio.blocks(stem, block_samples)]
    return np.concatenate(parts, axis=1) if parts else np.zeros((stem.known.channels, 0), np.float32)
