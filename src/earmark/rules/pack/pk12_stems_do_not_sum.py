"""The stems, summed, are not the mix: one of them is missing, twice in it, upside down, late, or at another level.

Hears
    What is left of the mix when the stems are taken from it, each at the gain, delay and polarity that leave least;
    and which stems need a gain, delay or polarity that the others do not. Broadband, in up to 28 seconds of sound.
Matters
    Stems are sent so that the mix can be had again from them. Where they do not sum to it, a part was printed from
    another version, or muted, or through another chain, and nobody notices before it is heard.
Fine
    Raw tracks against a rough mix with a balance of its own: levels then say nothing, and nothing is asked. Panning
    of mono stems. A mix from a lossy codec, whose own noise stays behind.
Misses
    A stem more than 40 dB under the mix; one that lies more than a quarter second off; two stems that are the same
    recording; a difference under 1 dB, or under 3 dB where the mix bus has its own processing.
Try
    Import the mix beside the stems, flip its polarity, and play: what is left is what the stems do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, InvertPolarity, LeaveIt, Nudge, StaticGain
from earmark.features.fitted_balance import FittedBalance, InMix
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK12",
    name="stems-do-not-sum",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
    needs=frozenset({"mix"}),
)
MISSING_DB = -20.0  # of the level its kind has: below, the stem is not in the mix; house default
SURE_ERRORS = 5.0  # standard errors between a gain and what its kind has, before it is called another; house default
SURE_SHARE = 0.1  # of the expected gain: a surer one than this is asked of a missing stem; house default
COSTS_DB = 1.0  # a level must account for this much of what is left; house default
DOUBLE_DB, DOUBLE_WITHIN_DB = 6.02, 0.5
BUS_SHARE = 0.5  # of what is left: tuned on simulated mix buses, compressors leave 0.76 and more, equalisers 0.98
TRACE = 25.0  # tuned on seven multitracks with one stem equalised or compressed: 31 and more, the others 5 to 15
TRACE_ALONE = 4.0  # and this much taller than any other: several tall ones are by-products of one that has no stem
OFFSET_S, OFFSET_LOSSY_S = 0.001, 0.1  # lossy codecs add a delay of their own, up to about 50 ms; house default
WORSE_BY = {
    "softer": -3.0,
    "louder": 3.0,
    "late": 1.0,
    "early": -1.0,
}  # dB, ms: each in its own direction; house default
OWN_BALANCE = 0.5  # fewer stems than this share at the gain of their kind, and
OWN_BALANCE_DB = 1.5  # typically this far off it: tuned, raw tracks 3.6 and more, mix bus processing 1.3 at most


def check(
    balance: FittedBalance,
    *,
    threshold_db: float = 1.0,  # house default
    bus_threshold_db: float = 3.0,  # tuned: compression on the bus alone moves single stems by up to 1.8 dB
    enough_db: float = -40.0,  # house default; -60 is bit-faithful
    enough_lossy_db: float = -15.0,  # house default: codecs leave -15 to -30 dB
) -> Iterator[Finding]:
    """A question per stem that is not in the mix as the others are; a note on what no stem explains."""
    yield from of_offset(balance)
    if balance.even_residual_db <= enough_db:
        return
    least_db = bus_threshold_db if on_the_bus(balance) else threshold_db
    named = [(stem, said) for stem in balance.stems if (said := differences(balance, stem, least_db))]
    for stem, said in named:
        yield of_stem(balance, stem, said, enough_db)
    enough = enough_lossy_db if balance.mix_lossy else enough_db
    if balance.residual_db > enough:
        yield from of_remainder(balance, {stem.name for stem, _ in named}, enough)


def of_offset(balance: FittedBalance) -> Iterator[Finding]:
    """A note when the mix as a whole lies elsewhere in time than the stems."""
    if abs(balance.offset_s) < (OFFSET_LOSSY_S if balance.mix_lossy else OFFSET_S):
        return
    yield RULE.finding(
        "note",
        (name_of_mix(balance),),
        round(balance.offset_s * 1000.0, 2),
        "ms",
        f"the mix lies {abs(balance.offset_s) * 1000.0:.2f} ms {'later' if balance.offset_s > 0 else 'earlier'} than "
        f"the stems; all that is said of them is said with this taken out",
        "it may have been printed from another start",
        confidence=0.9,
        evidence={"what": "offset", **residuals(balance)},
    )


def differences(balance: FittedBalance, stem: InMix, least_db: float) -> list[tuple[str, float, str]]:
    """What sets one stem apart, gravest first: (what, value, unit)."""
    if not np.isfinite(stem.uncertainty) or stem.expected == 0.0:
        return []
    if stem.level_db <= MISSING_DB:
        return [("missing", stem.level_db, "dB")] if stem.uncertainty <= SURE_SHARE * abs(stem.expected) else []
    said: list[tuple[str, float, str]] = []
    off = abs(stem.polarity * 10.0 ** (stem.level_db / 20.0) - 1.0) * abs(stem.expected) / max(stem.uncertainty, 1e-12)
    if stem.polarity < 0 and off >= SURE_ERRORS:
        said.append(("upside down", 180.0, "°"))
    if stem.lag_s:
        said.append(("late" if stem.lag_s > 0.0 else "early", stem.lag_s * 1000.0, "ms"))
    other_level = abs(stem.level_db) >= least_db and off >= SURE_ERRORS and stem.costs_db >= COSTS_DB
    if other_level and not own_balance(balance):
        doubled = abs(stem.level_db - DOUBLE_DB) <= DOUBLE_WITHIN_DB
        what = "doubled" if doubled else "louder" if stem.level_db > 0.0 else "softer"
        said.append((what, stem.level_db, "dB"))
    return said


def own_balance(balance: FittedBalance) -> bool:
    """Whether the mix was balanced by faders after the stems were printed: levels then say nothing."""
    off_db = [abs(stem.level_db) for stem in balance.stems if stem.level_db > MISSING_DB]
    return balance.at_reference < OWN_BALANCE and float(np.median(off_db or [0.0])) >= OWN_BALANCE_DB


def on_the_bus(balance: FittedBalance) -> bool:
    """Whether what is left is the sum itself, with another gain over time or over frequency."""
    return max(balance.follows_level, balance.follows_tone) >= BUS_SHARE and balance.residual_db > -60.0


def of_stem(balance: FittedBalance, stem: InMix, said: list[tuple[str, float, str]], enough_db: float) -> Finding:
    """The finding on one stem."""
    what, value, unit = said[0]
    processed = stem.trace >= TRACE and balance.residual_db > enough_db
    finding = RULE.finding(
        "note" if own_balance(balance) else "question",
        (stem.name,),
        round(value, 2 if unit == "ms" else 1),
        unit,
        f"in the mix {stem.name} is {' and '.join(in_words(stem, *one) for one in said)}: {what_is_left(balance)}",
        doubt(balance, stem, processed),
        confidence=confidence(balance, stem, processed),
        evidence={
            "what": what,
            "all": [one[0] for one in said],
            "gains": [round(gain, 3) for gain in stem.gains],
            "level_db": round(stem.level_db, 2),
            "uncertainty_db": round(stem.uncertainty_db, 2),
            "lag_ms": round(stem.lag_s * 1000.0, 3),
            "polarity": stem.polarity,
            "accounts_for_db": round(stem.costs_db, 2),
            "processed": processed,
            **residuals(balance),
        },
        aspect=what,
    )
    return replace(finding, worse_by=WORSE_BY.get(what))


def in_words(stem: InMix, what: str, value: float, _: str) -> str:
    """One difference, as part of the sentence."""
    if what in ("late", "early"):
        return f"{abs(value):.2f} ms {what}"
    if what in ("softer", "louder"):
        return f"at {10.0 ** (value / 20.0):.3g} of its level ({value:+.1f} dB ± {stem.uncertainty_db:.1f})"
    return f"{what} ({value:+.1f} dB)" if what == "doubled" else what


def what_is_left(balance: FittedBalance) -> str:
    """The residuals, for the sentence; at one gain for all only where that is not the one they were sent at."""
    residuals_db = (balance.unity_residual_db, balance.even_residual_db, balance.residual_db)
    sent, even, fitted = ("nothing" if one <= -120.0 else f"{one:.1f} dB" for one in residuals_db)
    shared = f", {even} all at {balance.reference_db:+.1f} dB" if abs(balance.reference_db) >= 0.1 else ""
    return f"the stems leave {sent} of the mix as sent{shared}, {fitted} fitted"


def doubt(balance: FittedBalance, stem: InMix, processed: bool) -> str:
    """What would make it untrue."""
    if own_balance(balance):
        return "the mix has a balance of its own; it may have been made from other takes or prints"
    if stem.level_db <= MISSING_DB:
        return "it may be in the mix through so much processing, or so far off, that its waveform is not found"
    if processed:
        return "what is left still holds it: it is processed otherwise in the mix, so its level is the nearest fit"
    if on_the_bus(balance):
        return "there is processing on the mix bus, which moves levels by itself"
    return "the mix may be of another version than the stems"


def confidence(balance: FittedBalance, stem: InMix, processed: bool) -> float:
    """From what is left once all is fitted, and whether this stem is in it. House default."""
    sure = float(np.interp(balance.residual_db, [-40.0, -20.0, 0.0], [0.97, 0.9, 0.6]))
    return round(sure - 0.1 * processed - 0.2 * own_balance(balance), 2)


def residuals(balance: FittedBalance) -> dict[str, float | bool]:
    """The null test in numbers."""
    return {
        "residual_as_sent_db": round(balance.unity_residual_db, 1),
        "residual_at_one_gain_db": round(balance.even_residual_db, 1),
        "residual_fitted_db": round(balance.residual_db, 1),
        "offset_ms": round(balance.offset_s * 1000.0, 3),
        "reference_db": round(balance.reference_db, 2),
        "at_reference": round(balance.at_reference, 2),
        "follows_level": round(balance.follows_level, 2),
        "follows_tone": round(balance.follows_tone, 2),
        "heard_s": round(balance.heard_s, 1),
        "mix_lossy": balance.mix_lossy,
    }


def of_remainder(balance: FittedBalance, named: set[str], enough_db: float) -> Iterator[Finding]:
    """Notes on what is left once every stem is fitted."""
    note = partial(noted, balance, enough_db)
    held = held_alone(balance)
    if own_balance(balance):
        lowest, highest = (f(s.level_db for s in balance.stems) + balance.reference_db for f in (min, max))
        yield note(None, f"the mix has a balance of its own: stems lie in it from {lowest:+.1f} to {highest:+.1f} dB")
    elif on_the_bus(balance):
        way = "level over time" if balance.follows_level > balance.follows_tone else "tone"
        yield note(None, f"cannot tell: processing on the mix bus; what is left is the sum itself with another {way}")
    elif held and held not in named:
        yield note(held, f"{held} is processed otherwise in the mix: what is left holds it and no other stem")
    elif not held and not named:
        known = "processing on the mix bus, or something that is in no stem"
        yield note(None, f"cannot tell: {known}; what is left follows no one stem")


def held_alone(balance: FittedBalance) -> str | None:
    """The one stem that what is left still holds, where there is just one."""
    by_trace = sorted(balance.stems, key=lambda stem: -stem.trace)
    second = by_trace[1].trace if len(by_trace) > 1 else 0.0
    alone = len(by_trace) > 1 and by_trace[0].trace >= max(TRACE, TRACE_ALONE * second)
    return by_trace[0].name if alone else None


def noted(balance: FittedBalance, enough_db: float, name: str | None, said: str) -> Finding:
    """A note on what is left, of one stem or of the mix."""
    return RULE.finding(
        "note",
        (name or name_of_mix(balance),),
        round(balance.residual_db, 1),
        "dB",
        f"{said}: {what_is_left(balance)}",
        "a null test hears every difference, also those nobody meant to be heard",
        confidence=0.7,
        threshold=enough_db,
        evidence={"what": "remainder", "follows_bus": on_the_bus(balance), **residuals(balance)},
    )


def name_of_mix(balance: FittedBalance) -> str:
    """What the mix is called, or the session where it has none."""
    return balance.session.mix.name if balance.session.mix else balance.session.name


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the stem again; or bring it to where the mix has it; or leave it."""
    (stem,) = finding.stems
    what, wait = finding.evidence["what"], "a message, and a wait for the answer"
    if what == "remainder":
        ask = AskTheBand(stem, "was the mix bus processed when the mix was printed, and are there prints without it?")
        gained = "the stems can then be held against it to the last bit"
        yield Option(ask, "ask for a print without the mix bus", gained, wait)
    elif what == "offset":
        words = f"move the mix by {-finding.value:+.2f} ms when it is laid beside the stems"
        yield Option(Nudge(stem, -finding.value / 1000.0), words, "the two can be compared by ear", "none to the stems")
    else:
        ask = AskTheBand(stem, f"{stem} in the mix is not as it was sent ({what}): which of the two is meant?")
        yield Option(ask, "ask which of the two is meant", "the stem and the mix then agree", wait)
        yield from matched(finding, stem)
    cost = f"their sum differs from the mix by {finding.evidence['residual_as_sent_db']} dB of it"
    yield Option(LeaveIt(), "leave it", "the stems stay as they were sent", cost)


def matched(finding: Finding, stem: str) -> Iterator[Option]:
    """The move that brings the stem to where the mix has it, where there is one."""
    gained = f"takes {finding.evidence['accounts_for_db']} dB off what is left"
    cost, value = "follows the mix, which may be the one that is off", finding.value
    if finding.evidence["what"] == "upside down":
        yield Option(InvertPolarity(stem), f"flip the polarity of {stem}, as in the mix", gained, cost)
    elif finding.unit == "ms":
        yield Option(Nudge(stem, value / 1000.0), f"move {stem} by {value:+.2f} ms, as in the mix", gained, cost)
    elif finding.evidence["what"] != "missing":
        yield Option(StaticGain(stem, value), f"set {stem} to {value:+.1f} dB, as in the mix", gained, cost)


def example() -> tuple[Session, Session]:
    """Three plucked lines and their sum, in which one is missing; and with all of them."""
    rate_hz = 16_000
    at_s, rng = np.arange(6 * rate_hz) / rate_hz, np.random.default_rng(12)
    lines: dict[str, np.ndarray] = {}
    for name, base_hz in (("bass", 70.0), ("guitar", 220.0), ("keys", 523.0)):
        hz = base_hz * 2.0 ** (np.repeat(rng.integers(0, 12, 12), rate_hz // 2) / 12.0)
        phase = 2.0 * np.pi * np.cumsum(hz) / rate_hz
        sound = sum(np.sin(k * phase) / k for k in (1, 2, 3, 4, 5)) * np.exp(-5.0 * (at_s % 0.5))
        lines[name] = 0.2 * sound + 2e-3 * rng.standard_normal(at_s.size)
    return (
        scenes.session(rate_hz, mix=lines["bass"] + lines["guitar"], name="scene", **lines),
        scenes.session(rate_hz, mix=lines["bass"] + lines["guitar"] + lines["keys"], name="scene", **lines),
    )
