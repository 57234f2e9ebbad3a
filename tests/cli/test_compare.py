import json
import os

import jsonschema
import numpy as np
import pytest

from earmark import audio
from earmark.cli.__main__ import main
from earmark.reports.comparison_document import schema
from earmark.rules.catalogue import rules
from hearing import on_disk

RATE_HZ = 44_100


def take(seed: int, seconds: float = 6.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    level = np.repeat(10 ** (random.uniform(-40.0, -10.0, round(seconds * 10)) / 20), RATE_HZ // 10)
    return (level * random.normal(0.0, 0.3, level.size)).astype(np.float32)


def folder(path, **stems: np.ndarray):
    for name, sound in stems.items():
        audio.write(path / f"{name}.wav", np.atleast_2d(sound), RATE_HZ, encoding="PCM_24")
    return path


def compare(*arguments: object) -> int:
    return main(["compare", *map(str, arguments)])


A, B, C = (take(seed) for seed in range(3))


@pytest.fixture
def old(tmp_path):
    return folder(tmp_path / "old", vox=A, bass=B, drums=C)


def test_two_bounces_of_the_same_sound_are_exit_0(old, tmp_path, capsys):
    assert compare(old, folder(tmp_path / "new", vox=A, bass=B, drums=C)) == 0
    assert "identical sound: 3 stems (bass, drums, vox)" in capsys.readouterr().out


def test_every_kind_of_change_is_one_line_and_exit_1(old, tmp_path, capsys):
    late = np.concatenate([np.zeros(1105, np.float32), B])
    new = folder(tmp_path / "new", voice=0.5 * A, bass=late, keys=take(9))
    assert compare(old, new) == 1
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "voice renamed, was vox; gain -6.0 dB" in lines
    assert "bass moved 1105 samples later (25.1 ms); 1105 samples longer" in lines
    assert "keys added" in lines
    assert "drums missing" in lines


def test_neither_session_is_touched(old, tmp_path):
    new = folder(tmp_path / "new", vox=A, bass=0.5 * B, drums=C)
    before = contents(old), contents(new)
    compare(old, new)
    assert (contents(old), contents(new)) == before


def contents(path) -> dict[str, tuple[int, int]]:
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in path.iterdir()}


def test_json_keeps_to_its_schema_and_o_writes_it(old, tmp_path, capsys):
    new = folder(tmp_path / "new", vox=0.5 * A, bass=B)
    assert compare(old, new, "--format", "json", "-o", tmp_path / "told.json") == 1
    assert capsys.readouterr().out == ""
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, schema())
    assert {row["text"] for row in told["stems"]} == {"gain -6.0 dB", "identical sound", "missing"}


def test_a_file_that_does_not_open_is_said_and_the_rest_is_compared(old, tmp_path, capsys):
    new = folder(tmp_path / "new", vox=A, bass=B)
    (new / "drums.wav").write_bytes(b"RIFF....WAVEnothing")
    assert compare(old, new) == 1
    said = capsys.readouterr().out
    assert "drums  cannot be compared: one of the two does not open" in said
    assert "identical sound: 2 stems" in said


def test_names_of_any_bytes_are_told(old, tmp_path, capsys):
    new = folder(tmp_path / "new", vox=A, bass=B, drums=C)
    (new / "vox.wav").rename(new / os.fsdecode(b"caf\xe9 [b]\n.wav"))
    assert compare(old, new) == 1
    assert "caf\\xe9 [b]\\n" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_one_sentence_and_exit_3(old, tmp_path, capsys):
    assert compare(old, tmp_path / "none") == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_one_path_is_not_enough(old):
    assert compare(old) == 2


# --- answers -----------------------------------------------------------------------------


@pytest.fixture
def hummed(tmp_path):
    """A session with hum in it, the same one bounced again, and the id of what is asked about the first."""
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Song", planted), on_disk(tmp_path / "Song 2", planted)


def asked(path, capsys) -> dict[str, str | None]:
    main(["check", "--format", "json", "--quiet", str(path)])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return {finding["id"]: finding["answered"] for finding in findings if finding["code"] == "NO01"}


def test_an_answer_is_counted_and_written_only_when_asked(hummed, capsys):
    first, second = hummed
    (id,) = asked(first, capsys)
    main(["decide", id, "on-purpose", "--session", str(first)])
    capsys.readouterr()
    assert compare(first, second) == 0
    assert "1 of 1 answer given for the old one holds for the new one; 1 to carry over" in capsys.readouterr().out
    assert set(asked(second, capsys).values()) == {None}
    assert compare(first, second, "--carry") == 0
    assert "1 carried over" in capsys.readouterr().out
    assert set(asked(second, capsys).values()) == {"on-purpose"}
    compare(first, second, "--carry")
    assert "1 answered there already" in capsys.readouterr().out


def test_where_nothing_was_answered_nothing_is_said_of_answers(hummed, capsys):
    first, second = hummed
    asked(first, capsys)
    compare(first, second)
    assert "answer" not in capsys.readouterr().out
