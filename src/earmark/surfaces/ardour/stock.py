"""Markers through Ardour's stock OSC alone, where no script of earmark's is installed.

Only while the transport stands still, one after the other: locate, wait until the playhead is there, mark.
The playhead goes back to where it was. Marks laid so cannot be read back or removed, and that is said.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from earmark.errors import SurfaceError
from earmark.surfaces.ardour.marks import Mark
from earmark.wire.sockets import Voice

REPLY_BIT = 16384  # "/reply" instead of "#reply", which is no OSC address
ARRIVES_S = 2.0


def lay(marks: Sequence[Mark], port: int) -> int:
    """Lay the marks; gives how many were sent. None of them is confirmed."""
    with Voice(port) as voice:
        voice.say("/set_surface", *[("i", value) for value in (0, 159, REPLY_BIT, 0, 0, 0, 0)])
        stands_at = _standing_still(voice, port)
        for mark in marks:
            _go(voice, mark.sample)
            voice.say("/add_marker", ("s", mark.text))
            time.sleep(0.05)  # the mark goes where the playhead is heard, so it has to stay there
        _go(voice, stands_at)
    return len(marks)


def _standing_still(voice: Voice, port: int) -> int:
    """Where the playhead stands; refused while it moves."""
    first = _frame(voice)
    if first is None:
        raise SurfaceError(
            f"Ardour did not answer on port {port} in 1 s; switch on Open Sound Control in its preferences, or run "
            "earmark doctor ardour"
        )
    time.sleep(0.15)
    if _frame(voice) != first:
        raise SurfaceError(
            "Ardour's transport is rolling, and stock OSC marks only where the playhead is; stop it first"
        )
    return first


def _frame(voice: Voice) -> int | None:
    values = voice.ask("/transport_frame")
    return int(str(values[0])) if values else None


def _go(voice: Voice, sample: int) -> None:
    voice.say("/locate", ("i", sample), ("i", 0))
    deadline_s = time.monotonic() + ARRIVES_S
    while _frame(voice) != sample:
        if time.monotonic() > deadline_s:
            raise SurfaceError(
                f"Ardour's playhead did not reach sample {sample} in {ARRIVES_S:.0f} s; nothing was marked there"
            )
        time.sleep(0.005)
