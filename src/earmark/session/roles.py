"""Guesses what a stem is from its name."""

from __future__ import annotations

WORDS = (
    ("kick", "kick"),
    ("snare", "snare"),
    ("tom", "toms"),
    ("hat", "hihat"),
    ("overhead", "overheads"),
    ("oh", "overheads"),
    ("room", "room"),
    ("drum", "drums"),
    ("bass", "bass"),
    ("acoustic", "acoustic-guitar"),
    ("guitar", "electric-guitar"),
    ("singer", "lead-vocal"),
    ("lead vocal", "lead-vocal"),
    ("vox", "lead-vocal"),
    ("vocal", "lead-vocal"),
    ("keys", "keys"),
    ("piano", "piano"),
)


def guess_role(name: str) -> str:
    """The role a name suggests, or "unknown"."""
    return next((role for word, role in WORDS if word in name.lower()), "unknown")
