"""What is said of whole sessions in which nothing was planted: the questions an engineer would be asked for nothing."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import soundfile as sf

from earmark.line import Request, walk
from earmark.model import STAGES
from earmark.scenes.signals import faded

from .material import SONGS, STEREO, data, kit


def sessions(scratch: Path) -> Iterator[tuple[str, tuple[Path, ...], Path | None]]:
    """Name, paths, mix."""
    for song in SONGS:
        yield f"{song} raw", (data() / "stems" / song / "raw",), None
    for song in STEREO:
        yield f"{song} stems and mix", (data() / "stems" / song / "stems",), data() / "stems" / song / "mix.flac"
    yield "song-cc0", (data() / "song-cc0",), None
    for path in sorted((data() / "clean").iterdir()):
        if path.suffix in (".ogg", ".wav", ".flac"):
            yield f"clean/{path.name[:28]}", (path,), None
    for seed in (100, 101):
        folder = scratch / f"kit {seed}"
        folder.mkdir()
        sounds, rate_hz = kit(seed)
        for name, sound in sounds.items():
            sf.write(folder / f"{name}.wav", faded(sound, 0.0, 0.5, rate_hz).T, rate_hz, subtype="PCM_24")
        yield f"live kit {seed}", (folder,), None


def count(result: Path) -> None:
    """Per session and stage: how many questions and notes, of which rules, and what the questions say."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, paths, mix in sessions(Path(scratch)):
            for stage in STAGES:
                request = Request(
                    paths=paths, mix=mix, stage=stage, cached=False, jobs=1, state=Path(scratch) / "state"
                )
                (report,) = walk(request)
                asked = [one for one in report.findings if one.severity != "note"]
                rows.append(
                    {
                        "session": name,
                        "stage": stage,
                        "questions": len(asked),
                        "cards_asked": len({one.card for one in asked}),
                        "notes": len(report.findings) - len(asked),
                        "cards": len(report.cards),
                        "asked_by": Counter(one.code for one in asked),
                        "noted_by": Counter(one.code for one in report.findings if one.severity == "note"),
                        "asked": [f"{one.code} {one.message}" for one in asked],
                    }
                )
            print(name, [(row["stage"], row["questions"], row["notes"]) for row in rows[-len(STAGES) :]], flush=True)
    result.write_text(json.dumps(rows, indent=1))
