"""The order one would listen in: what to send back, what is static, repairs, rides, the mix.

Questions and faults come before notes: the first three cards are the ones that matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from earmark.model import Card, Finding, Session

SEND_BACK, STATIC, REPAIRS, RIDES, MIX = range(5)
FAMILIES = {
    "FI": SEND_BACK,
    "PK": SEND_BACK,
    "LV": STATIC,
    "PH": STATIC,
    "NO": REPAIRS,
    "PF": RIDES,
    "MA": MIX,
    "MX": MIX,
}
# Rules that are heard earlier than their family: a better file may exist, or the cause never changes.
EXCEPTIONS = {"LV01": SEND_BACK, "LV02": SEND_BACK, "NO01": STATIC, "NO02": STATIC, "NO08": STATIC, "NO10": STATIC}


def listening_order(cards: Iterable[Card], session: Session) -> list[Card]:
    """The cards as one would go through them; the order they came in does not matter."""
    length_s = max((stem.start_s + stem.known.duration_s for stem in session.stems), default=0.0)
    places = {stem.name: place for place, stem in enumerate(session.stems)}

    def key(card: Card) -> tuple[object, ...]:
        step = step_of(card)
        stem = min((places.get(name, len(places)) for name in card.stems), default=len(places))
        begins_s = min((finding.start_s or 0.0 for finding in card.findings), default=0.0)
        weight = 0.0 if step == REPAIRS else -exposure(card, length_s) * card.worst.confidence
        return (
            card.worst.severity == "note",
            step,
            stem if step == REPAIRS else 0,
            weight,
            begins_s,
            stem,
            card.worst.code,
            card.stems,
        )

    return sorted(cards, key=key)


def step_of(card: Card) -> int:
    """Which of the five steps a card belongs to."""
    code = card.worst.code
    return EXCEPTIONS.get(code, FAMILIES.get(code[:2], REPAIRS))


def exposure(card: Card, length_s: float) -> float:
    """The share of the session a card speaks of, 0 to 1; a rule that knows better says so in its evidence."""
    return min(1.0, sum(exposure_of(finding, length_s) for finding in card.findings))


def exposure_of(finding: Finding, length_s: float) -> float:
    """Of one finding; something true of a whole file is exposed all the time."""
    stated = finding.evidence.get("exposure")
    if isinstance(stated, int | float):
        return float(stated)
    if finding.start_s is None or finding.end_s is None or length_s <= 0.0:
        return 1.0
    return max(0.0, finding.end_s - finding.start_s) / length_s
