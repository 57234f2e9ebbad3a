"""What is one session, what its stems are called, and which file is the mix."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import SessionError
from earmark.model import Session, SoundFile
from earmark.session import find
from earmark.session.folder import names_of

WAV = b"RIFF\x24\0\0\0WAVEfmt "


def put(folder: Path, *names: str, content: bytes = WAV) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def only(path: Path, mix: Path | None = None) -> Session:
    (session,) = find([path], mix=mix)
    return session


def names(session: Session) -> list[str]:
    return [stem.name for stem in session.stems]


def test_a_folder_is_one_session_of_its_sound_files_in_counting_order(tmp_path: Path) -> None:
    put(tmp_path, "10 gtr.wav", "2 bass.AIFF", "notes.txt", ".hidden.wav", "._2 bass.AIFF", "sub/other.wav")
    session = only(tmp_path)
    assert names(session) == ["2 bass", "10 gtr"]
    assert (session.name, session.path, session.kind, session.mix) == (tmp_path.name, tmp_path, "folder", None)


@pytest.mark.parametrize(
    "name", ["a.wav", "a.wave", "a.rf64", "a.aif", "a.FLAC", "a.ogg", "a.opus", "a.mp3", "a.w64", "a.caf"]
)
def test_sound_is_known_by_its_ending(tmp_path: Path, name: str) -> None:
    assert names(only(put(tmp_path, name, content=b"anything"))) == ["a"]


def test_sound_without_a_known_ending_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    put(tmp_path, "kick", "snare.bak")
    put(tmp_path, "film.riff", content=b"RIFF\0\0\0\0AVI ")
    put(tmp_path, "letter", content=b"Dear band")
    assert names(only(tmp_path)) == ["kick", "snare"]


def test_sound_that_earmark_does_not_decode_is_a_stem_that_is_asked_about(tmp_path: Path) -> None:
    assert names(only(put(tmp_path, "vox.m4a", "gtr.wv"))) == ["gtr", "vox"]


def test_subfolders_are_sessions_of_their_own_only_when_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "a.wav", "song 2/b.wav", "song 10/c.wav", ".git/d.wav", "empty/notes.txt")
    assert [session.name for session in find([tmp_path])] == [tmp_path.name]
    assert [names(session) for session in find([tmp_path], recursive=True)] == [["a"], ["b"], ["c"]]


def test_links_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    put(tmp_path, "a.wav")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    assert [names(session) for session in find([tmp_path], recursive=True)] == [["a", "loop"]]


def test_several_paths_are_one_session_at_their_common_parent(tmp_path: Path) -> None:
    put(tmp_path, "drums/kick.wav", "vox/lead.wav", "bass.wav")
    (session,) = find([tmp_path / "drums", tmp_path / "vox", tmp_path / "bass.wav"])
    assert names(session) == ["kick", "lead", "bass"]
    assert session.path == tmp_path


def test_one_file_is_a_session_of_one_whatever_it_is_called(tmp_path: Path) -> None:
    file = put(tmp_path, "Rough Mix.wav", "kick.wav") / "Rough Mix.wav"
    session = only(file)
    assert (names(session), session.mix, session.path) == (["Rough Mix"], None, file)


def test_a_missing_path_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"song does not exist; name a folder"):
        find([tmp_path / "song"])
    with pytest.raises(SessionError, match=r"mix\.wav does not exist"):
        find([put(tmp_path, "a.wav")], mix=tmp_path / "mix.wav")


def test_a_folder_without_sound_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"holds no sound files.*--recursive"):
        find([put(tmp_path, "notes.txt")])
    with pytest.raises(SessionError, match="holds no sound files"):
        find([tmp_path], recursive=True)


# --- names ---------------------------------------------------------------------


def test_odd_names_survive(tmp_path: Path) -> None:
    odd = [b"100% kick.wav", b"two\nlines.wav", b"Ges\xfcng.wav", b" space .wav", "😀.wav".encode()]
    for name in odd:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(WAV)
    session = only(tmp_path)
    assert {os.fsencode(stem.name) + b".wav" for stem in session.stems} == set(odd)
    assert all(isinstance(stem.source, SoundFile) and stem.source.path.exists() for stem in session.stems)


def test_alike_names_keep_their_endings(tmp_path: Path) -> None:
    assert names(only(put(tmp_path, "kick.wav", "kick.flac", "snare.wav"))) == ["kick.flac", "kick.wav", "snare"]


def test_alike_files_in_two_folders_are_told_apart_by_the_folder(tmp_path: Path) -> None:
    put(tmp_path, "day 1/kick.wav", "day 2/kick.wav")
    (session,) = find([tmp_path / "day 1", tmp_path / "day 2"])
    assert names(session) == ["day 1/kick.wav", "day 2/kick.wav"]


words = st.text(alphabet="ab.", min_size=1, max_size=4).filter(lambda word: word.strip("."))


@given(st.sets(st.tuples(words, words, st.sampled_from(["wav", "flac"])), min_size=1, max_size=8))
def test_no_two_files_ever_share_a_name(parts: set[tuple[str, str, str]]) -> None:
    files = [Path("/music", folder, f"{name}.{ending}") for folder, name, ending in parts]
    named = names_of(files)
    assert set(named) == set(files)
    assert len(set(named.values())) == len(files)


# --- the mix ---------------------------------------------------------------------


def test_the_mix_is_known_by_its_name_and_is_no_stem(tmp_path: Path) -> None:
    session = only(put(tmp_path, "kick.wav", "Rough Mix v3.wav", "mixed perc.wav"))
    assert names(session) == ["kick", "mixed perc"]
    assert session.mix is not None
    assert (session.mix.name, session.mix.role) == ("Rough Mix v3", "mix")


def test_the_named_mix_wins_and_may_lie_elsewhere(tmp_path: Path) -> None:
    put(tmp_path, "stems/kick.wav", "stems/other.wav", "kick.flac")
    inside = only(tmp_path / "stems", mix=tmp_path / "stems" / "other.wav")
    assert (names(inside), inside.mix and inside.mix.name) == (["kick"], "other")
    outside = only(tmp_path / "stems", mix=tmp_path / "kick.flac")
    assert (names(outside), outside.mix and outside.mix.name) == (["kick", "other"], "kick.flac")


def test_of_several_mixes_the_last_unmastered_is_taken_and_the_others_are_said(tmp_path: Path) -> None:
    session = only(put(tmp_path, "kick.wav", "mix 2.wav", "mix 10.wav", "Song master.wav"))
    assert session.mix is not None
    assert session.mix.name == "mix 10"
    assert session.remarks == (
        "not listened to, for they look like further mixes: mix 2, Song master (--mix FILE names another)",
    )


def test_a_folder_of_mixes_is_listened_to_as_it_is(tmp_path: Path) -> None:
    session = only(put(tmp_path, "mix.wav", "master.wav"))
    assert (names(session), session.mix) == (["master", "mix"], None)


def test_one_mix_cannot_belong_to_several_sessions(tmp_path: Path) -> None:
    put(tmp_path, "1/a.wav", "2/b.wav", "m.wav")
    with pytest.raises(SessionError, match="belongs to one session, and these are 3"):
        find([tmp_path], mix=tmp_path / "m.wav", recursive=True)
