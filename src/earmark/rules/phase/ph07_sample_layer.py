"""A sample laid over a drum that does not lie as the drum does.

Hears
    Two stems on one drum whose strokes come together, one of them the same sound every time. A question when the
    sample lands differently on each stroke (10th to 90th percentile 1 ms or more apart), when it moves away from the
    drum over the song by 1 ms or more, or when flipping it would raise the sum of the two by 1.5 dB or more from 40
    to 250 Hz. A constant distance whose removal would raise it by 2 dB or more is a note.
Matters
    A trigger that comes late by a different amount each time makes another comb of each stroke: the drum changes its
    tone from bar to bar, and the low end comes and goes.
Fine
    A sample meant as an echo or a flam; an electronic kit, where both are samples.
Misses
    A sample with several sounds for soft and hard strokes; a layer whose name and sound both pass for a drum;
    strokes fewer than four; offsets that scatter by less than half a millisecond, which is what a real drum's own
    strokes come to.
Try
    Line the sample up on the stick, stroke by stroke or with the trigger's own alignment, then listen to the low
    end with the sample flipped and not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import InvertPolarity, LeaveIt, Nudge, Repair
from earmark.features.layer_timing import LOW_HZ, LayerTiming
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PH07",
    name="sample-layer",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix"}),
    worse_by=0.5,
)
SAME = 0.992  # strokes this alike are one sound: a synthesised drum of eight variants reads up to 0.988; tuned on it
NAMED_SAME = 0.9  # enough where the name says it too; house default
NAMES = ("sample", "smp", "smpl", "trig", "trigger", "triggered", "layer", "replace", "replacement")
ALIGN_GAINS_DB = 2.0  # house default, as for late microphones
RELATED = 0.5  # correlation of the low ends at their best lag, for sign or lag to mean anything; house default


def check(
    layer: LayerTiming,
    *,
    threshold_ms: float = 1.0,  # of scatter or drift: half a wave at 500 Hz; house default
    threshold_db: float = 1.5,  # what a flip must gain; house default, as for two microphones
) -> Iterator[Finding]:
    """The gravest of scatter, drift, polarity and distance."""
    at = sample_of(layer)
    if at is None:
        return
    spread_ms, drift_ms = layer.spread_s * 1000.0, abs(layer.drift_s) * 1000.0
    flip_db, align_db = flip_gains_db(layer), align_gains_db(layer)
    sample, drum = layer.stems[at].name, layer.stems[1 - at].name
    if max(spread_ms, drift_ms) >= threshold_ms:
        moves = drift_ms > spread_ms
        said = "moves away from" if moves else "lands differently on each stroke of"
        text = f"{sample} {said} {drum}: by {max(spread_ms, drift_ms):.1f} ms over {len(layer.at_s)} strokes"
        yield finding(layer, at, "question", (max(spread_ms, drift_ms), "ms", threshold_ms), text, "timing")
    elif layer.best <= -RELATED and flip_db >= threshold_db:
        text = (
            f"{sample} is upside down against {drum}: flipped, their sum is {flip_db:.1f} dB stronger from 40 to 250 Hz"
        )
        yield finding(layer, at, "question", (flip_db, "dB", threshold_db), text, "polarity")
    elif layer.best >= RELATED and align_db >= ALIGN_GAINS_DB:
        away_ms = abs(layer.best_lag_s) * 1000.0
        text = f"{sample} lies {away_ms:.1f} ms from where it adds most to {drum}: {align_db:.1f} dB of low end"
        yield finding(layer, at, "note", (align_db, "dB", ALIGN_GAINS_DB), text, "offset")


def sample_of(layer: LayerTiming) -> int | None:
    """Which of the two is the sample; None where neither is, or both are and neither is called one."""
    named = [is_named(stem.name) for stem in layer.stems]
    is_sample = [same >= SAME or (name and same >= NAMED_SAME) for same, name in zip(layer.same, named, strict=True)]
    if all(is_sample):
        return named.index(True) if sum(named) == 1 else None
    return is_sample.index(True) if any(is_sample) else None


def is_named(name: str) -> bool:
    """Whether the name says that this is a sample."""
    return any(word in NAMES for word in name.lower().replace("_", " ").replace("-", " ").split())


def flip_gains_db(layer: LayerTiming) -> float:
    """How much stronger the low end of the sum is with one flipped, at equal levels, nothing moved."""
    standing = float(np.clip(layer.standing, -0.9999, 0.9999))
    return float(10.0 * np.log10((1.0 - standing) / (1.0 + standing)))


def align_gains_db(layer: LayerTiming) -> float:
    """How much stronger it is once moved to where the two add most."""
    standing = float(np.clip(layer.standing, -0.9999, 0.9999))
    return float(10.0 * np.log10((1.0 + max(layer.best, standing)) / (1.0 + standing)))


def finding(
    layer: LayerTiming, at: int, severity: str, measured: tuple[float, str, float], text: str, kind: str
) -> Finding:
    """What is said of one layer; `measured` is value, unit and threshold."""
    value, unit, threshold = measured
    worst = int(np.argmax(np.abs(layer.offset_s)))
    start_s = float(layer.at_s[worst]) - 0.02
    return RULE.finding(
        "question" if severity == "question" else "note",
        (layer.stems[at].name, layer.stems[1 - at].name),
        round(value, 2),
        unit,
        text,
        "the drummer's own strokes differ too; a flam or an echo may be meant",
        confidence=round(min(0.95, 0.5 + 0.45 * layer.same[at]) * (1.0 if is_named(layer.stems[at].name) else 0.9), 2),
        threshold=threshold,
        start_s=max(0.0, start_s),
        end_s=max(0.0, start_s) + 0.2,
        band_hz=None if kind == "timing" else LOW_HZ,
        evidence=evidence(layer, at, kind),
    )


def evidence(layer: LayerTiming, at: int, kind: str) -> dict[str, Json]:
    """The numbers behind the sentence; lags as of the sample against the drum."""
    sign = 1.0 if at == 1 else -1.0
    return {
        "kind": kind,
        "sample": layer.stems[at].name,
        "drum": layer.stems[1 - at].name,
        "same": [round(each, 4) for each in layer.same],
        "spread_ms": round(layer.spread_s * 1000.0, 3),
        "drift_ms": round(sign * layer.drift_s * 1000.0, 3),
        "offsets_ms": [round(sign * float(each) * 1000.0, 2) for each in layer.offset_s],
        "late_ms": round(sign * layer.best_lag_s * 1000.0, 3),
        "low_end_as_it_stands": round(layer.standing, 2),
        "low_end_at_best": round(layer.best, 2),
        "flip_gains_db": round(flip_gains_db(layer), 1),
        "align_gains_db": round(align_gains_db(layer), 1),
    }


def suggest(finding: Finding) -> Iterator[Option]:
    """Line it up, flip it, move it, or leave it."""
    sample, drum = str(finding.evidence["sample"]), str(finding.evidence["drum"])
    late_s = float(str(finding.evidence["late_ms"])) / 1000.0
    if finding.evidence["kind"] == "timing":
        yield Option(
            Repair(sample, f"line its strokes up on {drum}, each on its own, or print the trigger again"),
            f"line {sample} up stroke by stroke",
            f"the {finding.value:.1f} ms between early and late strokes close; the drum keeps one tone",
            "an hour of editing, and the human scatter of the layer",
        )
    elif finding.evidence["kind"] == "polarity":
        yield Option(
            InvertPolarity(sample),
            f"flip the polarity of {sample}",
            f"{finding.value:.1f} dB of low end in the sum",
            "its attack turns over: listen to the stick",
        )
    else:
        yield Option(
            Nudge(sample, -late_s),
            f"move {sample} {abs(late_s) * 1000.0:.1f} ms {'earlier' if late_s > 0.0 else 'later'}",
            f"{finding.value:.1f} dB of low end in the sum",
            "the attack of the two comes together, or apart",
        )
    yield Option(LeaveIt(), "leave it", "the layer stays as it was printed", f"{finding.message.partition(': ')[2]}")


def example() -> tuple[Session, Session]:
    """A snare and a trigger that is late by up to 3 ms, differently each time, and one that keeps its place."""
    rate_hz = 16_000
    draw = np.random.default_rng(71)
    frames = 10 * rate_hz
    at_s = np.arange(int(0.3 * rate_hz)) / rate_hz

    def drum(hz: float) -> np.ndarray:
        tone = np.sin(2 * np.pi * hz * at_s) * np.exp(-at_s / 0.08)
        return np.asarray(0.4 * tone + 0.3 * draw.standard_normal(at_s.size) * np.exp(-at_s / 0.03))

    sample = drum(184.0)
    snare, loose, tight = 1e-4 * draw.standard_normal((3, frames))
    for stroke in range(12):
        at = int((0.3 + 0.75 * stroke) * rate_hz)
        late = int(draw.uniform(0.0, 0.003) * rate_hz)
        snare[at : at + at_s.size] += drum(180.0 + 8.0 * draw.uniform())
        loose[at + late : at + late + at_s.size] += sample
        tight[at : at + at_s.size] += sample
    return (
        scenes.session(rate_hz, snare_top=snare, snare_sample=loose),
        scenes.session(rate_hz, snare_top=snare, snare_sample=tight),
    )
