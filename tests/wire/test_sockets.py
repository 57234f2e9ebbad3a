"""The sockets: loopback first, strangers unheard, nothing lost, nothing flooded."""

from __future__ import annotations

import socket

import pytest

from earmark.errors import WireError
from earmark.wire.messages import Message, encode, message
from earmark.wire.sockets import LOOPBACK, WINDOW, Ear, Voice, is_free

BYE = message("/earmark/bye", because="done")
HELLO = message("/earmark/hello", token="pair-7", session="/s", snapshot="s", host="remote", script="1")


def _heard(ear: Ear) -> list[Message]:
    return [what for what, _ in ear.poll(0.5)]


def test_an_ear_is_bound_to_loopback_on_a_port_nobody_chose() -> None:
    with Ear() as one, Ear() as other:
        assert one.port != other.port
        assert one._socket.getsockname()[0] == LOOPBACK


def test_what_one_ear_sends_the_other_hears() -> None:
    with Ear() as one, Ear() as other:
        one.send(BYE, (LOOPBACK, other.port))
        assert _heard(other) == [BYE]
        assert other.heard.taken == 1


def test_malformed_bytes_are_counted_and_the_next_message_is_heard() -> None:
    with Ear() as ear, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for datagram in (b"", b"\xff" * 300, b"/earmark/bye", encode(BYE) + b"\0\0\0\0", encode(BYE)):
            stranger.sendto(datagram, (LOOPBACK, ear.port))
        assert _heard(ear) == [BYE]
        assert (ear.heard.taken, ear.heard.malformed) == (1, 4)
        assert "/earmark/bye" in ear.heard.last_trouble


def test_another_host_may_be_allowed_only_with_a_token() -> None:
    with pytest.raises(WireError, match="pairing token"):
        Ear(allow=("192.0.2.7",))


def test_a_host_that_was_not_allowed_is_not_heard_even_with_the_token() -> None:
    with Ear(allow=("192.0.2.7",), token="pair-7") as ear:
        assert ear._understood(encode(HELLO), ("192.0.2.8", 9)) is None
        assert (ear.heard.strangers, ear.heard.taken) == (1, 0)


def test_an_allowed_host_is_heard_only_after_saying_hello_with_the_token() -> None:
    with Ear(allow=("192.0.2.7",), token="pair-7") as ear:
        peer = ("192.0.2.7", 9)
        other = message("/earmark/hello", **{**HELLO.values, "token": "guess"})
        assert ear._understood(encode(BYE), peer) is None
        assert ear._understood(encode(other), peer) is None
        assert ear._understood(encode(HELLO), peer) == HELLO
        assert ear._understood(encode(BYE), peer) == BYE


def test_three_hundred_messages_arrive_when_each_hundred_is_acknowledged() -> None:
    many = [message("/earmark/status", what="markers", count=n, detail="") for n in range(300)]
    arrived: list[Message] = []
    with Ear() as here, Ear() as there:

        def acknowledged() -> int:
            arrived.extend(what for what, _ in there.poll(0.0))
            return len(arrived)

        assert here.send_paced(many, (LOOPBACK, there.port), acknowledged) == 300
        arrived.extend(_heard(there))
    assert arrived == many


def test_sending_stops_at_the_window_when_nobody_acknowledges() -> None:
    with Ear() as here, Ear() as there:
        assert here.send_paced([BYE] * 300, (LOOPBACK, there.port), lambda: 0) == WINDOW
        assert len(_heard(there)) == WINDOW


def test_a_voice_waits_for_the_reply_it_asked_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daw:
        daw.bind((LOOPBACK, 0))
        with Voice(daw.getsockname()[1]) as voice:
            daw.sendto(b"#reply\0\0,\0\0\0", (LOOPBACK, voice.port))
            daw.sendto(b"/other\0\0,i\0\0\0\0\0\1", (LOOPBACK, voice.port))
            daw.sendto(b"/there\0\0,i\0\0\0\0\0\7", (LOOPBACK, voice.port))
            assert voice.ask("/there") == (7,)
            assert voice.ask("/there", timeout_s=0.05) is None


def test_a_port_in_use_is_not_free() -> None:
    with Ear() as ear:
        assert not is_free(ear.port)
