"""What is refused before any DAW is started; needs none."""

import pytest

from earmark.audio.rendering import file_names, render
from earmark.cli.__main__ import main
from earmark.errors import RenderError
from earmark.session.render import TapRow, channels_at_once
from earmark.session.render_settings import without_remotes


def row(name):
    return TapRow(name, "track", (), 0, 2, 0, ())


def test_without_ardour_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "Song").mkdir()
    (tmp_path / "Song" / "Song.ardour").write_text("<Session/>")
    with pytest.raises(RenderError, match=r"install it so that ardour7-lua is found \(Debian: apt install ardour\)"):
        render(tmp_path / "Song" / "Song.ardour", tmp_path / "out")


def test_a_folder_that_is_no_session_is_exit_2(tmp_path, capsys):
    assert main(["render", str(tmp_path), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"earmark: {tmp_path} is no Ardour session; name a .ardour file or the folder it lies in\n"
    )


@pytest.mark.parametrize("given", ["10", "2-1", "1:00-", "a-b", "-5-3"])
def test_what_is_no_range_is_exit_2(tmp_path, capsys, given):
    assert main(["render", str(tmp_path), "-o", str(tmp_path / "out"), "--range", given]) == 2
    assert "two times with a dash, such as 1:02.5-2:00" in capsys.readouterr().err


def test_names_become_files_none_like_another(tmp_path):
    rows = tuple(row(name) for name in ("Gtr/L", "Gtr_L", "GTR_L", "..", "Master", "50%", "zwei\nZeilen"))
    names = file_names(rows, tmp_path / "master.wav")
    files = [names[name].casefold() for name in names]
    assert len(set(files)) == len(files) == 8
    assert not any("/" in file or file.startswith(".") for file in files)
    assert names["50%"] == "50%.wav"


def test_a_pass_holds_what_one_wav_can(tmp_path):
    assert channels_at_once(48_000, (0.0, 300.0)) == 67  # 3.9e9 bytes / (4 bytes * 48 000 Hz * 300 s)
    assert channels_at_once(48_000, (0.0, 1.0)) == 250
    assert channels_at_once(192_000, (0.0, 36_000.0)) == 2


def test_remote_controls_are_left_out_of_the_settings():
    config = b'<Ardour><Config/><ControlProtocols><Protocol name="OSC" active="1"/></ControlProtocols><Extra/></Ardour>'
    assert without_remotes(config) == b"<Ardour><Config/><Extra/></Ardour>"
