"""The options of one card: what the rule offers, curves shaped, numbers said, and leaving it last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from earmark.actions import GainCurve, LeaveIt, StaticGain
from earmark.model import Finding, Option
from earmark.rules.catalogue import rules
from earmark.suggestions.clean_up import clean_up
from earmark.suggestions.curves import CAP_DB, Ride, ride
from earmark.suggestions.dips import ESSES, MOST_A_MINUTE, PLOSIVES, dips
from earmark.suggestions.steps import steps


def options_of(findings: Sequence[Finding]) -> tuple[Option, ...]:
    """Every option of these findings once, the first finding's first; the last is to leave it."""
    offered = [option for finding in findings for option in offers(finding)]
    moves = [option for option in offered if not isinstance(option.action, LeaveIt)]
    leaving = [option for option in offered if isinstance(option.action, LeaveIt)]
    shaped = [made for option in once(moves) for made in shape(option)]
    return (*shaped, leaving[0] if leaving else leave(findings[0]))


def offers(finding: Finding) -> Iterator[Option]:
    """What the finding's own rule would do about it."""
    for loaded in rules():
        if loaded.rule.code == finding.code:
            yield from loaded.suggest(finding)


def once(options: Iterable[Option]) -> list[Option]:
    """One option per kind of action and stem; the wishes of curves on one lane of one stem are put together."""
    kept: dict[tuple[object, ...], Option] = {}
    for option in options:
        action = option.action
        key = (type(action), *(getattr(action, name, None) for name in ("stem", "lane", "kind")))
        if key not in kept:
            kept[key] = option
        elif isinstance(action, GainCurve):
            first = kept[key]
            assert isinstance(first.action, GainCurve)
            wishes = tuple(sorted({*first.action.wishes, *action.wishes}))
            kept[key] = replace(first, action=replace(first.action, wishes=wishes))
    return list(kept.values())


def shape(option: Option) -> Iterator[Option]:
    """A curve within the limits, or one number where it is no ride, or nothing; other actions as they are."""
    if not isinstance(option.action, GainCurve):
        yield option
        return
    shaped = shaped_by_kind(option.action)
    if shaped.points:
        yield replace(
            option,
            text=f"{option.text}: {told(option.action, shaped)}{aside(option.action, shaped)}",
            curve=shaped.points,
        )
    elif shaped.static_db:
        action = StaticGain(option.action.stem, shaped.static_db)
        text = f"set the {option.action.lane} of {action.stem} {action.gain_db:+.1f} dB for the whole song"
        gain_text = "most phrases ask for the same: a balance, not a ride"
        yield replace(option, action=action, text=text, gain_text=gain_text)


def shaped_by_kind(action: GainCurve) -> Ride:
    """The curve within the limits of its kind."""
    if action.kind == "gaps":
        return clean_up(action.wishes)
    if action.kind == "ride":
        return ride(action.wishes)
    if action.kind == "step":
        return steps(action.wishes)
    return dips(action.wishes, ESSES if action.kind == "esses" else PLOSIVES)


def told(action: GainCurve, shaped: Ride) -> str:
    """The curve in numbers."""
    moved = {"ride": "phrases", "step": "takes"}.get(action.kind, action.kind)
    one = {"phrases": "phrase", "esses": "ess", "plosives": "plosive", "gaps": "gap", "takes": "take"}[moved]
    levels = sorted({db for _, db in shaped.points if db})
    span = " to ".join(f"{db:+.1f}" for db in dict.fromkeys([levels[0], levels[-1]]))
    return f"{shaped.phrases} {one if shaped.phrases == 1 else moved}, {span} dB"


def aside(action: GainCurve, shaped: Ride) -> str:
    """What is left out, said as numbers."""
    if action.kind == "step":
        beyond = f" of {shaped.beyond[0][2]:+.1f} asked for: beyond that another take is worth asking for"
        return beyond if shaped.beyond else ""
    if action.kind != "ride":
        left = len(shaped.beyond)
        return f"; {left} more would be over {MOST_A_MINUTE} a minute: those are for another tool" if left else ""
    said = f"; {action.lane} {shaped.static_db:+.1f} dB for the whole song beside it" if shaped.static_db else ""
    if shaped.beyond:
        worst = max(shaped.beyond, key=lambda wish: abs(wish[2]))
        asks = "phrase asks" if len(shaped.beyond) == 1 else "phrases ask"
        said += (
            f"; {len(shaped.beyond)} {asks} for more than {CAP_DB:.0f} dB "
            f"({worst[2]:+.1f} at {worst[0]:.1f} s): not a ride, rebalance or record again"
        )
    return said


def leave(finding: Finding) -> Option:
    """The option that is always there."""
    stays = f"{finding.value:.3g} {finding.unit} stays as it is"
    return Option(LeaveIt(), "leave it", "nothing changes, nothing is lost", stays)
