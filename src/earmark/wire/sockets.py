"""The only sockets in earmark: UDP, bound to loopback, polled from one thread.

`Ear` hears earmark's own messages. `Voice` speaks any OSC to a DAW's remote and hears its
replies. A datagram that is none of ours changes nothing and is counted.
"""

from __future__ import annotations

import hmac
import ipaddress
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageParseError
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.parsing.osc_types import ParseError as TypeParseError

from earmark.errors import WireError
from earmark.wire.messages import Message, decode, encode

LOOPBACK = "127.0.0.1"
WINDOW = 100  # datagrams on the way at once; a default Linux receive buffer holds 256 small ones
Peer: TypeAlias = "tuple[str, int]"
Argument: TypeAlias = "tuple[str, str | int | float]"


@dataclass
class Heard:
    """How many datagrams were taken, and how many were left aside and why."""

    taken: int = 0
    malformed: int = 0
    strangers: int = 0
    last_trouble: str = ""


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


@dataclass
class Ear:
    """Hears earmark's messages on an ephemeral loopback port.

    Another host is heard only when it was allowed by its address and then says hello with the
    pairing token; until then nothing it sends is looked at.
    """

    allow: tuple[str, ...] = ()
    token: str = ""
    port: int = 0
    heard: Heard = field(default_factory=Heard)
    paired: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.allow and not self.token:
            raise WireError("another host may be heard only with a pairing token; none was given")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("0.0.0.0" if self.allow else LOOPBACK, self.port))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout_s: float) -> Iterator[tuple[Message, Peer]]:
        """Wait at most `timeout_s`, then give every message that has arrived."""
        if not select.select([self._socket], [], [], max(0.0, timeout_s))[0]:
            return
        while True:
            try:
                datagram, peer = self._socket.recvfrom(65536)
            except (BlockingIOError, ConnectionError):
                return
            message = self._understood(datagram, peer)
            if message is not None:
                yield message, peer

    def _understood(self, datagram: bytes, peer: Peer) -> Message | None:
        if not self._may_speak(peer[0]):
            self.heard.strangers += 1
            return None
        try:
            message = decode(datagram)
        except WireError as trouble:
            self.heard.malformed += 1
            self.heard.last_trouble = str(trouble)
            return None
        if not self._is_paired(message, peer[0]):
            self.heard.strangers += 1
            return None
        self.heard.taken += 1
        return message

    def _may_speak(self, host: str) -> bool:
        return _is_loopback(host) or host in self.allow

    def _is_paired(self, message: Message, host: str) -> bool:
        """Loopback needs no pairing; another host says hello with the token first."""
        if _is_loopback(host) or host in self.paired:
            return True
        if message.address != "/earmark/hello":
            return False
        if hmac.compare_digest(message.text("token").encode(), self.token.encode()):
            self.paired.add(host)
        return host in self.paired

    def send(self, message: Message, peer: Peer) -> None:
        """One message to one peer."""
        self._socket.sendto(encode(message), peer)

    def send_paced(self, messages: Iterable[Message], peer: Peer, acknowledged: Callable[[], int]) -> int:
        """Send many, never more than `WINDOW` of them unacknowledged; gives how many were sent.

        Stops early when nothing more is acknowledged for two seconds.
        """
        sent = 0
        for message in messages:
            if not _wait(lambda: sent - acknowledged() < WINDOW, 2.0):  # noqa: B023 - called at once
                return sent
            self.send(message, peer)
            sent += 1
        return sent


def _wait(until: Callable[[], bool], timeout_s: float) -> bool:
    deadline_s = time.monotonic() + timeout_s
    while not until():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.002)
    return True


class Voice:
    """Plain OSC to and from a DAW's own remote on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._peer = (LOOPBACK, port)
        self.port = self._socket.getsockname()[1]

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def __enter__(self) -> Voice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, address: str, *arguments: Argument) -> None:
        """Send one message; arguments are (type tag, value)."""
        builder = OscMessageBuilder(address)
        for tag, value in arguments:
            builder.add_arg(value, tag)
        self._socket.sendto(builder.build().dgram, self._peer)

    def ask(self, address: str, *arguments: Argument, timeout_s: float = 1.0) -> tuple[object, ...] | None:
        """Send one message and wait for the reply under the same address; None without one."""
        self.say(address, *arguments)
        for heard, values in self.replies(timeout_s):
            if heard == address:
                return values
        return None

    def replies(self, timeout_s: float) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Everything that comes in until `timeout_s` is over; what is no OSC is left aside."""
        deadline_s = time.monotonic() + timeout_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            if not select.select([self._socket], [], [], left_s)[0]:
                return
            try:
                datagram, _ = self._socket.recvfrom(65536)
                read = OscMessage(datagram)
                yield str(read.address), tuple(read)
            except (MessageParseError, TypeParseError, ConnectionError):
                continue


def is_free(port: int) -> bool:
    """Whether no program on this machine listens on the UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
