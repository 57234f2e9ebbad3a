"""Lines survive the journey, and half a file is no file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from earmark.surfaces.ardour.link import Link, session_key
from earmark.surfaces.ardour.mailbox import Outbox, put, read, written

NAMES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=5).map(tuple), max_size=8))
def test_any_text_comes_back_and_no_field_breaks_a_line(lines: list[tuple[str, ...]]) -> None:
    text = written(lines)
    assert read(text) == tuple(lines)
    assert text.count(b"\n") == len(lines)


def test_names_that_are_no_unicode_keep_their_bytes() -> None:
    name = b"tak\xe9 1".decode("utf-8", "surrogateescape")
    assert written([(name,)]) == b"tak\xe9 1\n"
    assert read(b"tak\xe9 1\n") == ((name,),)


def test_a_line_that_was_never_finished_is_not_read() -> None:
    assert read(b"marker\t1\tvox\nmark") == (("marker", "1", "vox"),)


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    put(tmp_path / "letter-1", [("focus", "x")])
    assert [file.name for file in tmp_path.iterdir()] == ["letter-1"]


def test_a_reply_counts_only_with_its_end(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.post([("report",)]) == 1
    put(tmp_path / "reply-1", [("marker", "1", "vox")])
    assert outbox.reply(1) is None
    put(tmp_path / "reply-1", [("marker", "1", "vox"), ("end", "done", "")])
    reply = outbox.reply(1)
    assert reply is not None
    assert (reply.of_kind("marker"), reply.state) == ((("1", "vox"),), "done")


def test_a_new_connection_begins_with_an_empty_mailbox_but_keeps_its_orders(tmp_path: Path) -> None:
    for name in ("letter-4", "reply-4", "7f3a91c2.apply", "7f3a91c2.order", "letter-5.part"):
        (tmp_path / name).touch()
    outbox = Outbox(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["7f3a91c2.order"]
    assert outbox.post([("report",)]) == 1


def test_the_key_of_a_session_is_fnv_1a_of_its_true_path(tmp_path: Path) -> None:

    (tmp_path / "song").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "song")
    assert session_key(tmp_path / "linked" / "song.ardour") == session_key(tmp_path / "song" / "song.ardour")
    assert session_key(tmp_path / "song" / "other.ardour") != session_key(tmp_path / "song" / "song.ardour")


def test_every_beat_of_a_link_differs_and_removing_it_twice_is_fine(tmp_path: Path) -> None:
    link = Link(tmp_path / "s.ardour", tmp_path / "outbox", 4000, tmp_path)
    link.beat()
    first = link.path.read_bytes()
    link.beat()
    assert link.path.read_bytes() != first
    assert dict(read(first))["token"] == link.token
    link.remove()
    link.remove()
    assert not link.path.exists()
