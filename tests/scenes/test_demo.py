import json

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.errors import UsageError
from earmark.features.engine import measure
from earmark.model import SEVERITIES
from earmark.rules.catalogue import judge, rules, wanted
from earmark.scenes import demo, song
from earmark.scenes.signals import level_dbfs
from earmark.session import find

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("demo") / "Song"
    demo.write_demo(here)
    return here


@pytest.fixture(scope="module")
def stems():
    return demo.played()


@pytest.fixture(scope="module")
def written(folder):
    return audio.probe(find([folder])[0])


def test_written_again_it_is_the_same_to_the_byte_and_what_lies_beside_it_stays(folder):
    (folder / "notes.txt").write_text("mine")
    told = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    demo.write_demo(folder)
    again = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert again == told


def test_twelve_stems_and_their_mix_in_24_bits_at_48_khz(written):
    assert len(written.stems) == 12
    assert written.mix is not None
    assert {(s.known.rate_hz, s.known.encoding) for s in (*written.stems, written.mix)} == {(RATE_HZ, "PCM_24")}
    assert sum(stem.known.channels == 2 for stem in written.stems) >= 3
    assert 30 <= written.mix.known.duration_s <= 45


def test_every_stem_is_known_by_its_role(written):
    unknown = [stem.name for stem in written.stems if stem.role == "unknown"]
    assert unknown == []


def test_the_mix_is_the_sum_of_the_stems_at_the_faders_told(folder, written):
    faders_db = json.loads((folder / "truth.json").read_text())["faders_db"]
    frames = written.mix.known.frames
    total = np.zeros((2, frames))
    for stem in written.stems:
        total += 10 ** (faders_db[stem.name] / 20) * audio.window(stem, 0, frames)
    assert np.abs(total - audio.window(written.mix, 0, frames)).max() < 2**-20  # thirteen roundings to 24 bits


def test_the_mix_stays_below_full_scale_and_moves(written):
    mix = audio.window(written.mix, 0, written.mix.known.frames)
    peak_dbfs = 20 * np.log10(np.abs(mix).max())
    assert -6 < peak_dbfs < -0.5
    assert peak_dbfs - level_dbfs(mix) > 10  # crest: not a wall of sound


def test_the_chorus_is_louder_than_the_verse_and_the_break_is_quieter(stems):
    mix = demo.mixed(stems, dict.fromkeys(stems, demo.FADERS_DB))

    def level(part):
        start_s, end_s = part.span_s
        return level_dbfs(mix[:, int(start_s * RATE_HZ) : int(end_s * RATE_HZ)])

    assert level(song.CHORUS) > level(song.VERSE) + 1
    assert level(song.BREAK) < level(song.VERSE) - 2


def test_truth_names_files_that_are_there(folder):
    told = json.loads((folder / "truth.json").read_text())
    assert {one["stem"] for one in told["planted"]} <= {name.removesuffix(".wav") for name in told["files"]}
    assert sorted(file.name for file in folder.glob("*.wav")) == sorted(told["files"])
    assert len({one["code"] for one in told["planted"]}) >= 6


def test_quiet_on_the_band_before_anything_is_planted(stems):
    mix = demo.mixed(stems, dict.fromkeys(stems, demo.FADERS_DB))
    session = scenes.session(mix=mix, **{name.replace(" ", "_"): sound for name, sound in stems.items()})
    chosen = [loaded for loaded in rules() if "profile" not in loaded.rule.needs and not loaded.rule.deep]
    heard = judge(measure(session, wanted(chosen), jobs=1), chosen).findings
    assert [(f.code, f.stems, f.message) for f in heard if SEVERITIES.index(f.severity) > 0] == []


@pytest.mark.parametrize("found", ["take.wav", "truth.json"])
def test_a_folder_with_somebody_elses_files_is_refused_untouched(tmp_path, found):
    (tmp_path / found).write_text("{}")
    with pytest.raises(UsageError, match="did not make; name a new or empty folder"):
        demo.write_demo(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [found]


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "Song").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        demo.write_demo(tmp_path / "Song")
