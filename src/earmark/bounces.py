"""The line walked twice, for an old bounce and a new one: which stem is which, what became of it, what still holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from earmark.audio import probe
from earmark.errors import UsageError
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.measurements import Measurements
from earmark.features.twins import Twin, twins
from earmark.ledger import Ledger, Place, place_of, prints_of
from earmark.line import Progress, Request, listen
from earmark.model import Session
from earmark.reports.comparison import Answers, Comparison
from earmark.session import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounces:
    """What is asked, as `earmark compare` takes it."""

    old: Path
    new: Path
    state: Path | None = None
    carry: bool = False


def compare(asked: Bounces, progress: Progress | None = None) -> Comparison:
    """Everything there is to say about two bounces."""
    old, new = one_session(asked.old), one_session(asked.new)
    then, now = place_of(old, asked.state), place_of(new, asked.state)
    before, after = heard(old, then, progress), heard(new, now, progress)
    found = twins(before, after)
    answers = held(then, now, new, after, found, asked, progress)
    remarks = (*old.remarks, *new.remarks, *before.remarks, *after.remarks)
    said = tuple(place.remark for place in (then, now) if place.remark)
    return Comparison(before.session, after.session, found, answers, tuple(dict.fromkeys((*remarks, *said))))


def one_session(path: Path) -> Session:
    """The session at a path; two are compared, never more."""
    found = find([path])
    if len(found) != 1:
        raise UsageError(f"{path} holds {len(found)} sessions; name one of them")
    return found[0]


def heard(session: Session, place: Place, progress: Progress | None) -> Measurements:
    """The envelope of every stem that can be read."""
    return measure(probe(session), {StemEnvelope}, cache=place.cache, progress=progress)


def held(
    then: Place,
    now: Place,
    new: Session,
    after: Measurements,
    found: tuple[Twin, ...],
    asked: Bounces,
    progress: Progress | None,
) -> Answers | None:
    """Which answers of the old session hold for the new one, which is listened to for that as `check` does."""
    if not then.ledger.exists() or then.folder == now.folder:
        return None
    with Ledger.at(then, create=False) as theirs:
        given = sum(len(kept.findings) for kept in theirs.answers() if kept.decision.answer != "later")
        if not given:
            return None
        findings = listen(new, Request(paths=(asked.new,), state=asked.state), progress).findings
        names = {twin.new.name: twin.old.name for twin in found if twin.old and twin.new}
        carried = theirs.holding_for(findings, prints_of(after.of_kind(StemEnvelope)), names)
    already = sum(each.finding.answered is not None for each in carried)
    with Ledger.at(now) as ours:
        count = ours.carry(carried) if asked.carry else 0
    return Answers(given, len(carried), already, count)
