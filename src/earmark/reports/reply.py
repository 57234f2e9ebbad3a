"""The note to the band: what, in which file, at what time, what to send again; in words, for somebody to edit.

Nothing of thresholds, codes, ids or the mix. It holds what asks something of the band and was not answered otherwise.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from earmark.actions import AskTheBand
from earmark.model import Answer, Card, Clips, Finding, Option, Session, SoundFile, Stem
from earmark.printable import printable
from earmark.reports.numbers import counted, length

WIDTH = 78
PLACES = 3
EVERYONE = 4  # something asked of more files than this is asked of the whole delivery
GREETING = "Hello,"
THANKS = "thank you for the files. There are a few questions about them, so that everything is there as you meant it."
TIMES = "Times are minutes and seconds from the start of each file."
CLOSING = "Thank you, and best wishes"
NOTHING = "thank you for the files. There is nothing to ask about them."


@dataclass(slots=True)
class Request:
    """One thing asked, once, and where in the file it is about; of all files where `stem` is empty."""

    text: str
    stem: str
    times_s: list[float] = field(default_factory=list)


def note(session: Session, cards: Iterable[Card], accepted: Mapping[str, Option | None]) -> str:
    """The whole note.

    Parameters
    ----------
    session : Session
        For the names of the files.
    cards : iterable of Card
        In listening order, each finding with its answer.
    accepted : mapping
        The option that was accepted, by finding id; None where options were not offered.
    """
    asked = list(requests(session, cards, accepted))
    if not asked:
        return f"{GREETING}\n\n{filled(NOTHING)}\n\n{CLOSING}\n"
    blocks = [block(name, own) for name, own in by_file(session, asked)]
    whole = [each for each in asked if not each.stem]
    blocks += [block("All files", whole)] if whole else []
    timed = [filled(TIMES)] if any(each.times_s for each in asked) else []
    return "\n\n".join([GREETING, filled(THANKS), *blocks, *timed, CLOSING]) + "\n"


def requests(session: Session, cards: Iterable[Card], accepted: Mapping[str, Option | None]) -> Iterator[Request]:
    """What is asked, each sentence of each file once, in listening order."""
    made: dict[tuple[str, str], Request] = {}
    starts_s = {stem.name: stem.start_s for stem in session.stems}
    for card in cards:
        for finding in card.findings:
            action = asking(card, finding, accepted)
            if action is None:
                continue
            stem = "" if of_everything(action, finding) else action.stem
            request = made.setdefault((stem, action.request), Request(in_plain_words(action), stem))
            if finding.start_s is not None and stem in finding.stems:
                request.times_s.append(max(0.0, finding.start_s - starts_s.get(stem, 0.0)))
    yield from made.values()


def asking(card: Card, finding: Finding, accepted: Mapping[str, Option | None]) -> AskTheBand | None:
    """By what this finding asks the band: what was accepted, else what is on offer; None where it does not.

    A note is passed on only where asking is the first thing offered: what the engineer would rather settle alone is
    not for the band.
    """
    if finding.answered == "accept" and (chosen := accepted.get(finding.id)) is not None:
        return chosen.action if isinstance(chosen.action, AskTheBand) else None
    offered = [option.action for option in card.suggestion.options]
    if finding.answered in SETTLED or (finding.severity == "note" and not isinstance(offered[0], AskTheBand)):
        return None
    asks = [action for action in offered if isinstance(action, AskTheBand)]
    about = [action for action in asks if action.stem in finding.stems]
    return next(iter(about), None) or next((likewise(action, finding) for action in asks), None)


SETTLED: tuple[Answer, ...] = ("decline", "on-purpose")


def likewise(action: AskTheBand, finding: Finding) -> AskTheBand | None:
    """The same asked of another stem of the card, where its words hold nothing but the name."""
    words = action.request.replace(action.stem, "")
    if len(finding.stems) != 1 or words == action.request:
        return None
    if any(sign.isdigit() for sign in words.replace("24-bit", "")):
        return AskTheBand(finding.stems[0], f"the same as for {action.stem}, please.")
    return AskTheBand(finding.stems[0], action.request.replace(action.stem, finding.stems[0]))


def of_everything(action: AskTheBand, finding: Finding) -> bool:
    """Whether it is asked of the whole delivery, and stands under one file for want of another place."""
    return len(finding.stems) > EVERYONE or (len(finding.stems) > 1 and action.stem not in action.request)


def in_plain_words(action: AskTheBand) -> str:
    """The request without what is in brackets, which is for whoever reads the report; names keep theirs."""
    plain = action.request
    while "(" not in action.stem and (shorter := BRACKETS.sub("", plain)) != plain:
        plain = shorter
    return plain


BRACKETS = re.compile(r"\s*\([^()]*\)")


def by_file(session: Session, asked: Sequence[Request]) -> Iterator[tuple[str, list[Request]]]:
    """The requests under the file they are about, in the order of the session."""
    stems: dict[str, Stem] = {stem.name: stem for stem in (*session.stems, *([session.mix] if session.mix else []))}
    names = [*stems, *(each.stem for each in asked if each.stem not in stems)]
    for name in dict.fromkeys(names):
        own = [each for each in asked if each.stem and each.stem == name]
        if own:
            yield file_name(stems.get(name), name), own


def file_name(stem: Stem | None, name: str) -> str:
    """The file as the band knows it; the track's name where it is no single file."""
    match stem.source if stem else None:
        case SoundFile(path=path):
            return printable(path.name)
        case Clips(clips=clips) if len({clip.path for clip in clips}) == 1:
            return f"{printable(name)} ({printable(clips[0].path.name)})"
    return printable(name)


def block(name: str, asked: Sequence[Request]) -> str:
    """One file and what is asked about it."""
    return "\n".join([name, *(item(each) for each in asked)])


def item(request: Request) -> str:
    """One request with its times."""
    told = f"- {capital(printable(request.text))}{times(request.times_s)}"
    return textwrap.fill(
        told,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def times(at_s: Iterable[float]) -> str:
    """` (at 0:23)`, ` (at 0:23, 1:02, 1:30 and 4 more places)`; nothing for the whole file."""
    told = list(dict.fromkeys(length(int(each)) for each in sorted(at_s)))
    if not told:
        return ""
    more = len(told) - PLACES
    if more > 0:
        return f" (at {', '.join(told[:PLACES])} and {counted(more, 'more place')})"
    return f" (at {' and '.join(filter(None, [', '.join(told[:-1]), told[-1]]))})"


def capital(sentence: str) -> str:
    """A sentence that begins as one; the name of a file stays as it is."""
    first, space, rest = sentence.partition(" ")
    return first.capitalize() + space + rest if first in OPENINGS else sentence


OPENINGS = frozenset(
    ("is", "was", "are", "were", "can", "could", "do", "does", "did", "at", "which", "what", "where", "the")
)


def filled(paragraph: str) -> str:
    """A paragraph within the width."""
    return textwrap.fill(paragraph, WIDTH, break_on_hyphens=False)
