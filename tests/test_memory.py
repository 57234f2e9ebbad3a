"""The memory law on a real disk, through the commands a person types: answered once, kept through the next bounce."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.cli.__main__ import main
from earmark.scenes import faults
from earmark.scenes.filters import bell, filtered
from earmark.scenes.instruments import guitar_part

RATE_HZ = 24_000
GUITARS = 10


def stems() -> dict[str, np.ndarray]:
    """Ten guitars with pauses: each hums, each stands off the zero line."""
    return {f"guitar {n}": guitar(n) for n in range(GUITARS)}


def guitar(seed: int, louder_hum_db: float = 0.0) -> np.ndarray:
    chords = ("Em", "C", "G", "D", "Am")[seed % 5 :] + ("G", "Em", "C")[seed % 3 :]
    take = guitar_part(12.0, chords=chords, rest_s=1.0, peak_dbfs=-12.0, rate_hz=RATE_HZ, seed=seed)
    hummed = faults.add_hum(take, -56.0 + louder_hum_db, rate_hz=RATE_HZ, seed=seed)
    return faults.with_dc(hummed, 0.004)


def bounced(sound: np.ndarray) -> np.ndarray:
    """+1 dB, 500 samples later, through another equaliser."""
    toned = filtered(sound, lambda hz: bell(hz, 2500.0, 4.0, 1.5), RATE_HZ)
    return np.concatenate([np.zeros(500, np.float32), 10 ** (1 / 20) * toned])


def write(folder: Path, sounds: dict[str, np.ndarray]) -> Path:
    for name, sound in sounds.items():
        audio.write(folder / f"{name}.wav", np.atleast_2d(sound).astype(np.float32), RATE_HZ)
    return folder


def asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    main(["check", str(folder), "--select", "NO01,LV04", "--format", "json", "--fail-on", "note"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return [finding for finding in findings if finding["answered"] is None]


def test_twenty_answers_outlive_a_bounce_and_only_the_worse_one_is_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Song"
    folder.mkdir()
    first = stems()
    before = asked(write(folder, first), capsys)
    assert len(before) == 2 * GUITARS
    for finding in before:
        assert main(["decide", str(finding["id"]), "on-purpose", "--session", str(folder)]) == 0
    capsys.readouterr()
    assert asked(folder, capsys) == []

    again = {name: bounced(sound) for name, sound in first.items()}
    assert asked(write(folder, again), capsys) == []

    worse = again | {"guitar 3": bounced(guitar(3, louder_hum_db=6.0))}
    after = asked(write(folder, worse), capsys)
    assert [(finding["code"], finding["stems"]) for finding in after] == [("NO01", ["guitar 3"])]
