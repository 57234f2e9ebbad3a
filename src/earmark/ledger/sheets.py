"""Findings, options and decisions as the JSON that rows hold, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from earmark.actions import ACTIONS, Action
from earmark.errors import LedgerError
from earmark.model import Card, Decision, Finding, Json, Option, Suggestion

# What changes from run to run without the finding changing is no part of it; the evidence stays with the report.
_OF_FINDING = tuple(f.name for f in fields(Finding) if f.name not in ("id", "card", "answered", "evidence"))
_OF_DECISION = tuple(f.name for f in fields(Decision) if f.name != "finding_id")
_KINDS = {kind.__name__: kind for kind in ACTIONS}


def finding_sheet(finding: Finding, prints: Mapping[str, str]) -> dict[str, Json]:
    """A finding, and under which sha256 the prints of its stems are kept."""
    sheet: dict[str, Json] = {name: _plain(getattr(finding, name)) for name in _OF_FINDING}
    return sheet | {"prints": {stem: prints[stem] for stem in finding.stems if stem in prints}}


def finding_from(id: str, sheet: Mapping[str, Any]) -> Finding:
    """The finding that `finding_sheet` wrote down, under its id."""
    given = {name: _tupled(sheet[name]) for name in _OF_FINDING if name in sheet}
    try:
        return Finding(id=id, **given)
    except TypeError as trouble:
        raise LedgerError(
            f"the ledger's note of finding {id} lacks a field ({trouble}); put back a copy of the ledger"
        ) from trouble


def decision_sheet(decision: Decision) -> dict[str, Json]:
    """A decision without the finding it is about, which is the row's own column."""
    return {name: _plain(getattr(decision, name)) for name in _OF_DECISION}


def decision_from(id: str, sheet: Mapping[str, Any]) -> Decision:
    """The decision that `decision_sheet` wrote down."""
    return Decision(finding_id=id, **{name: _tupled(sheet[name]) for name in _OF_DECISION if name in sheet})


def options_sheet(options: tuple[Option, ...]) -> list[Json]:
    """The options of a card, each action by the name of its class."""
    return [
        {
            "action": {"kind": type(option.action).__name__, "fields": _fields_of(option.action)},
            "text": option.text,
            "gain_text": option.gain_text,
            "cost_text": option.cost_text,
            "curve": _plain(option.curve),
        }
        for option in options
    ]


def options_from(sheet: list[Any]) -> tuple[Option, ...]:
    """The options that `options_sheet` wrote down."""
    return tuple(
        Option(_action_from(each["action"]), each["text"], each["gain_text"], each["cost_text"], _tupled(each["curve"]))
        for each in sheet
    )


def card_sheet(card: Card, options: str) -> dict[str, Json]:
    """A card: its findings by id, its options by the sha256 they are kept under."""
    return {
        "id": card.id,
        "title": card.title,
        "stems": list(card.stems),
        "findings": [finding.id for finding in card.findings],
        "suggestion": card.suggestion.id,
        "options": options,
    }


def card_from(sheet: Mapping[str, Any], findings: tuple[Finding, ...], options: tuple[Option, ...]) -> Card:
    """The card that `card_sheet` wrote down."""
    return Card(sheet["id"], sheet["title"], tuple(sheet["stems"]), findings, Suggestion(sheet["suggestion"], options))


def _action_from(sheet: Mapping[str, Any]) -> Action:
    kind = _KINDS.get(sheet["kind"])
    if kind is None:
        raise LedgerError(
            f"the ledger speaks of the action {sheet['kind']!r}, which this earmark does not know; use the newer one"
        )
    return cast("Action", kind(**{name: _tupled(value) for name, value in sheet["fields"].items()}))


def _fields_of(action: Action) -> dict[str, Json]:
    return {f.name: _plain(getattr(action, f.name)) for f in fields(action)}


def _plain(value: Any) -> Json:
    """Tuples as lists, numpy's numbers as Python's."""
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if hasattr(value, "item"):
        return cast("Json", value.item())
    return cast("Json", value)


def _tupled(value: Any) -> Any:
    return tuple(_tupled(each) for each in value) if isinstance(value, list) else value
