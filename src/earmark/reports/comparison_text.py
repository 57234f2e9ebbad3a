"""A comparison as a person reads it: a line per stem, what is identical counted in one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from earmark.features.twins import Twin
from earmark.printable import printable
from earmark.reports.comparison import Answers, Comparison, differs, words
from earmark.reports.numbers import counted

WIDTH = 100
WIDEST_NAME = 32
PLACES = 8  # more differing places than this are counted


def plain(comparison: Comparison) -> str:
    """The whole comparison, without an escape."""
    return "\n".join(lines(comparison)) + "\n"


def lines(comparison: Comparison) -> Iterator[str]:
    """Line by line."""
    yield f"{printable(comparison.new.name)} against {printable(comparison.old.name)}"
    yield from (printable(remark) for remark in comparison.remarks)
    yield ""
    changed = [twin for twin in comparison.twins if differs(twin)]
    same = [twin for twin in comparison.twins if not differs(twin)]
    yield from rows([*changed, *(twin for twin in same if len(words(twin)) > 1)])
    alike = [name_of(twin) for twin in same if len(words(twin)) == 1]
    if alike:
        told = f"identical sound: {counted(len(alike), 'stem')} ({', '.join(alike)})"
        yield from textwrap.wrap(told, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    yield ""
    yield summary(comparison, len(changed))
    if comparison.answers is not None:
        yield answers(comparison.answers)


def rows(twins: Sequence[Twin]) -> Iterator[str]:
    """One stem each, its name in a column."""
    width = min(WIDEST_NAME, max((len(name_of(twin)) for twin in twins), default=0))
    for twin in twins:
        told = words(twin)
        told = told[:PLACES] + ([f"and {len(told) - PLACES} more"] if len(told) > PLACES else [])
        margin = " " * (width + 2)
        name = f"{name_of(twin):<{width}}  "
        yield from textwrap.wrap(
            name + "; ".join(told), WIDTH, subsequent_indent=margin, break_on_hyphens=False, drop_whitespace=True
        )


def name_of(twin: Twin) -> str:
    """What the stem is called now, or was called where it is no more."""
    stem = twin.new or twin.old
    return printable(stem.name) if stem else ""


def summary(comparison: Comparison, changed: int) -> str:
    """How much there is to listen to."""
    stems = counted(len(comparison.twins), "stem")
    return (
        f"{changed} of {stems} {'differs' if changed == 1 else 'differ'}" if changed else f"nothing differs in {stems}"
    )


def answers(given: Answers) -> str:
    """What holds of what was answered."""
    holds = "holds" if given.holding == 1 else "hold"
    told = f"{given.holding} of {counted(given.given, 'answer')} given for the old one {holds} for the new one"
    parts = [f"{given.already} answered there already"] if given.already else []
    parts += [f"{given.carried} carried over"] if given.carried else []
    left = given.holding - given.already - given.carried
    parts += [f"{left} to carry over with --carry"] if left > 0 and not given.carried else []
    parts += [f"{left} asked again, since what was accepted is not offered there"] if left > 0 and given.carried else []
    return "; ".join([told, *parts])
