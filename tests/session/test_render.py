import json
import os
import shutil

import numpy as np
import pytest
import soundfile

from earmark.audio.rendering import heard_after_faders, render
from earmark.cli.__main__ import main
from earmark.errors import RenderError, UsageError
from session.rendered_by_ardour import FRAMES, RATE_HZ, leave_unsaved, make_session, noise, seen

pytestmark = pytest.mark.daw
INSIDE = slice(64, -64)  # Ardour fades the ends of every region over 64 samples


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return make_session(tmp_path_factory.mktemp("daw") / "Song")


@pytest.fixture(scope="module")
def before(session):
    return seen(session.parent)


@pytest.fixture(scope="module")
def rendered(session, before, tmp_path_factory):
    return render(session, tmp_path_factory.mktemp("out") / "post")


@pytest.fixture(scope="module")
def stems(rendered):
    return {file.name: soundfile.read(file.path, dtype="float64", always_2d=True)[0].T for file in rendered.files}


def lag_samples(sound, source):
    size = 2 * FRAMES
    across = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(source, size)))
    at = int(np.argmax(np.abs(across)))
    return at if at < FRAMES else at - size


def test_every_track_bus_and_return_is_there_equally_long_in_float(rendered):
    assert {file.name: (file.kind, file.channels) for file in rendered.files} == {
        "Kick In": ("track", 2),
        "OH": ("track", 2),
        "Vox 100%": ("track", 2),
        "Verb": ("return", 2),
        "Drum Bus": ("bus", 2),
    }
    for file in rendered.files:
        facts = soundfile.info(file.path)
        assert (facts.frames, facts.samplerate, facts.subtype) == (FRAMES, RATE_HZ, "FLOAT")


def test_what_runs_into_the_master_sums_to_its_export(rendered):
    assert rendered.residual_db is not None
    assert rendered.residual_db < -120  # two threads add floats in any order: about -148


@pytest.mark.parametrize(("name", "seed"), [("Kick In", 0), ("OH", 1), ("Vox 100%", 3), ("Drum Bus", 1), ("Verb", 3)])
def test_each_lies_where_its_source_lies_through_plug_in_latency(stems, name, seed):
    assert lag_samples(stems[name][0], noise(seed)) == 0


def test_a_track_after_its_fader_is_its_source_at_the_faders_gain(stems):
    sound, source = stems["Kick In"][:, INSIDE], noise(0)[INSIDE].astype(float)
    gains = sound @ source / (source @ source)
    assert np.abs(sound - gains[:, None] * source).max() < 1e-6
    assert gains == pytest.approx([0.5 * 2**-0.5] * 2, abs=1e-3)  # half, in the middle of a 3 dB pan law


def test_fader_automation_is_in_the_render(stems):
    source = noise(3).astype(float)

    def gain(part):
        return stems["Vox 100%"][0][part] @ source[part] / (source[part] @ source[part])

    fall_db = 20 * np.log10(gain(slice(FRAMES - 4800, FRAMES)) / gain(slice(2048, 6848)))
    assert fall_db == pytest.approx(20 * np.log10(0.25), abs=0.6)  # from 1 to 0.25, ends measured over 0.1 s


def test_the_sessions_own_folder_is_as_it_was(session, before, rendered):
    assert seen(session.parent) == before


def test_nothing_but_the_files_is_left_in_the_folder(rendered):
    folder = rendered.master.parent
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [*(f.path.name for f in rendered.files), "master.wav"]
    )


def test_the_source_tap_is_what_was_recorded_to_the_bit(session, before, tmp_path):
    done = render(session, tmp_path / "source", tap="source")
    sounds = {file.name: soundfile.read(file.path, dtype="float32", always_2d=True)[0].T for file in done.files}
    assert set(sounds) == {"Kick In", "OH", "Vox 100%"}
    assert np.array_equal(sounds["Kick In"][:, INSIDE], noise(0)[None, INSIDE])
    assert np.array_equal(sounds["OH"][:, INSIDE], np.stack([noise(1), noise(2)])[:, INSIDE])
    assert done.residual_db is None
    assert seen(session.parent) == before


def test_a_range_of_some_tracks_is_that_stretch_of_them(session, stems, tmp_path):
    done = render(session, tmp_path / "part", tracks=["Drum Bus", "Kick In"], span_s=(1.0, 1.5))
    assert {file.name for file in done.files} == {"Drum Bus", "Kick In"}
    for file in done.files:
        part = soundfile.read(file.path, dtype="float64", always_2d=True)[0].T
        assert part.shape == (2, RATE_HZ // 2)
        whole = stems[file.name][:, RATE_HZ : RATE_HZ + RATE_HZ // 2]
        assert np.abs(part - whole)[:, 2048:].max() < 1e-5  # a plug-in's tail before the range is not played


def test_the_rendered_session_is_heard_after_its_faders(session, rendered):
    heard = heard_after_faders(session, rendered)
    assert heard.balance == "post-fader"
    assert sorted(stem.name for stem in heard.stems) == ["Kick In", "OH", "Vox 100%"]
    assert heard.mix is None  # after the faders there is nothing to fit
    assert any("after plug-ins and faders" in remark for remark in heard.remarks)
    assert not any("before plug-ins" in remark for remark in heard.remarks)


def test_check_render_listens_after_the_faders(session, before, tmp_path, capsys):
    state = tmp_path / "state"
    assert main(["check", str(session), "--render", "--state", str(state), "--format", "json", "--select", "LV"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["session"]["balance"] == "post-fader"
    peaks = {name: numbers["sample_peak_dbfs"] for name, numbers in told["measurements"].items()}
    source_dbfs = 20 * np.log10(np.abs(noise(0)).max())
    assert peaks["Kick In"] == pytest.approx(source_dbfs + 20 * np.log10(0.5 * 2**-0.5), abs=0.05)
    assert seen(session.parent) == before


def test_the_command_says_what_came_out(session, tmp_path, capsys):
    assert main(["render", str(session.parent), "-o", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "Vox 100%.wav  track, stereo" in told
    assert "Verb.wav      return, stereo" in told
    assert "3.000 s at 48000 Hz, from 0.000 s on" in told
    assert "what runs into the master sums to the export: residual -1" in told


def test_a_session_without_a_range_is_one_sentence(session, tmp_path):
    other = tmp_path / "Short"
    other.mkdir()
    text = session.read_text(encoding="utf-8")
    (other / "Short.ardour").write_text(text.replace("IsSessionRange", "IsRangeMarker"), encoding="utf-8")
    with pytest.raises(
        RenderError, match=r"Ardour could not render .*Short\.ardour: its session range is empty; open it"
    ):
        render(other / "Short.ardour", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_track_is_named(session, tmp_path):
    with pytest.raises(UsageError, match=r"no track or bus 'Kick'; did you mean Kick In\?"):
        render(session, tmp_path / "out", tracks=["Kick"])


def test_files_that_are_there_already_are_not_written_over(session, tmp_path):
    (tmp_path / "OH.wav").write_bytes(b"mine")
    with pytest.raises(RenderError, match=r"holds OH\.wav already; name an empty folder"):
        render(session, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["OH.wav"]
    assert (tmp_path / "OH.wav").read_bytes() == b"mine"


def test_unsaved_edits_are_refused(session, tmp_path):
    other = tmp_path / "Song"
    shutil.copytree(session.parent, other)
    leave_unsaved(other / "Song.ardour")
    with pytest.raises(RenderError, match=r"has edits that are not saved \(Song.pending is newer\)"):
        render(other / "Song.ardour", tmp_path / "out")


def test_a_pending_file_older_than_the_save_is_no_edit(session, tmp_path):
    from earmark.session.render_copy import refuse_unsaved

    (tmp_path / "Song.ardour").write_bytes(session.read_bytes())
    (tmp_path / "Song.pending").write_bytes(b"")
    os.utime(tmp_path / "Song.pending", (1, 1))
    refuse_unsaved(tmp_path / "Song.ardour")


def test_the_sessions_own_folder_is_refused_as_a_target(session, before):
    with pytest.raises(RenderError, match="lies in the session's own folder, which earmark never writes to"):
        render(session, session.parent / "export")
    assert seen(session.parent) == before
