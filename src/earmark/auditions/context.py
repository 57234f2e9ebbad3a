"""Who sounds together with the stem that is asked about, and how loud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from earmark.features.engine import measure
from earmark.features.fitted_balance import FittedBalance
from earmark.model import Session, Stem

UNITY = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Context:
    """Stems with their left and right gains, and a sentence about where the gains come from."""

    gains: Mapping[str, tuple[float, float]]
    told: str


def context_of(
    session: Session, asked: tuple[Stem, ...], cache: Path | None = None, *, as_sent: bool = False
) -> Context:
    """The whole session where its balance is known, else the stems that are asked about, as they were sent.

    `as_sent`: what is asked is about the pack itself, so all stems are heard at unity, whatever the mix does.
    """
    names = tuple(stem.name for stem in session.stems)
    if as_sent:
        return Context(dict.fromkeys(names, UNITY), "all stems together, as they were sent")
    if session.balance == "post-fader":
        return Context(dict.fromkeys(names, UNITY), "in the whole session, after its faders")
    fitted = fit(session, cache) if session.mix is not None else None
    if fitted is not None:
        gains = {name: fitted.gain_of(name) for name in names if fitted.gain_of(name) != (0.0, 0.0)}
        if all(stem.name in gains for stem in asked):
            return Context(gains, "in the balance fitted to the mix, without the mix's effects")
    alone = "alone" if len(asked) == 1 else "together, as they were sent"
    return Context({stem.name: UNITY for stem in asked}, f"{' and '.join(s.name for s in asked)} {alone}: no balance")


def fit(session: Session, cache: Path | None) -> FittedBalance | None:
    """The gains that make the mix of the stems, where they may be relied on."""
    fitted = measure(session, {FittedBalance}, cache=cache).whole(FittedBalance)
    return fitted if isinstance(fitted, FittedBalance) and fitted.trusted else None
