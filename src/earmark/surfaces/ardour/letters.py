"""What earmark asks of the resident script: each letter as its lines, and what its reply says."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.model import Card
from earmark.surfaces.ardour.mailbox import Line, Reply
from earmark.surfaces.ardour.marks import Mark
from earmark.surfaces.ardour.stack import Offer, finding_of

SWEEP: tuple[Line, ...] = (("sweep",),)
NO_FOCUS: tuple[Line, ...] = (("focus", "", ""),)
REPORT: tuple[Line, ...] = (("report",),)


def markers(marks: Sequence[Mark], *, recorded: bool) -> tuple[Line, ...]:
    """All the markers of earmark's that there are to be; every other of its own goes.

    Recorded is one undo step; what follows from an answer is not recorded, so that undo goes to the answer.
    """
    step = "recorded" if recorded else "unrecorded"
    return (*(("marker", str(mark.sample), mark.text) for mark in marks), ("markers", step))


def marks_in(reply: Reply) -> set[tuple[int, str]]:
    """The markers that were read back."""
    return {(int(sample), text) for sample, text in reply.of_kind("marker")}


def focus(card: Card, offer: Offer | None, rate_hz: int, *, locate: bool) -> tuple[Line, ...]:
    """One card in focus, its curve laid, its target lane read, the playhead moved only when asked."""
    finding = finding_of(card)
    lines: list[Line] = [("focus", finding.id, card.title)]
    if offer is not None:
        lines += [("point", str(round(time_s * rate_hz)), f"{db:.9g}") for time_s, db in offer.curve]
        lines += [("ghost", finding.id, offer.track, offer.lane, offer.script), ("read", offer.track, offer.lane)]
    if locate and finding.start_s is not None:
        lines.append(("locate", str(round(finding.start_s * rate_hz))))
    return tuple(lines)
