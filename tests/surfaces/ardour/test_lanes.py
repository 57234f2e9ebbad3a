"""What a lane plays, and what it plays after a curve was added."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.surfaces.ardour.lanes import (
    CONTROLS,
    FADER,
    FLOOR,
    PROMISED_DB,
    TRIM,
    Control,
    Lane,
    add,
    curve_db,
    in_db,
    lead_samples,
    unsuited,
)

RATE_HZ = 48_000
EARLY = lead_samples(RATE_HZ)
STILL = Lane("Off", 1.0, ())
RIDE = [(96_000, 0.0), (105_600, -3.0), (144_000, -3.0), (158_400, 0.0)]


@st.composite
def curves(draw: st.DrawFn) -> list[tuple[int, float]]:
    """Curves within the limits: ±3 dB, ramps of 80 to 300 ms, 0 at both ends."""
    at, curve = draw(st.integers(5_000, 200_000)), []
    for _ in range(draw(st.integers(1, 5))):
        db = draw(st.floats(-3.0, 3.0).map(lambda x: round(x * 2) / 2))
        ramp, hold = draw(st.integers(3_840, 14_400)), draw(st.integers(4_800, 96_000))
        curve += [(at, 0.0), (at + ramp, db), (at + ramp + hold, db), (at + 2 * ramp + hold, 0.0)]
        at += 2 * ramp + hold + draw(st.integers(4_800, 48_000))
    return curve


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    """Lanes an engineer could have drawn, from -30 to +3 dB."""
    samples = sorted(draw(st.sets(st.integers(0, 900_000), min_size=1, max_size=6)))
    return Lane("Play", None, tuple((s, 10 ** (draw(st.floats(-19.0, 3.0)) / 20)) for s in samples))


@given(curves(), lanes(), st.sampled_from(sorted(CONTROLS)), st.data())
def test_the_new_lane_follows_the_old_plus_the_curve_everywhere(curve, lane, name, data) -> None:  # type: ignore[no-untyped-def]
    control = CONTROLS[name]
    added = add(lane, curve, control, RATE_HZ)
    for sample in data.draw(st.lists(st.integers(0, 1_000_000), min_size=20, max_size=60)):
        wished = in_db(lane.gain(sample, control)) + curve_db(curve, sample + EARLY)
        if wished < in_db(control.upper) and all(gain < control.upper for _, gain in added.lane.points):
            assert in_db(added.lane.gain(sample, control)) == pytest.approx(wished, abs=PROMISED_DB)


@given(curves(), lanes(), st.sampled_from(sorted(CONTROLS)))
def test_outside_the_curve_the_lane_plays_as_before(curve, lane, name) -> None:  # type: ignore[no-untyped-def]
    control = CONTROLS[name]
    after = add(lane, curve, control, RATE_HZ).lane
    for sample in [*range(0, curve[0][0] - EARLY, 9_000), *range(curve[-1][0], curve[-1][0] + 500_000, 9_000)]:
        assert after.gain(sample, control) == pytest.approx(lane.gain(sample, control), rel=1e-6)


def test_a_straight_line_in_db_needs_points_in_between_on_a_fader_and_none_on_a_trim() -> None:
    steep = [(96_000, 0.0), (110_400, -12.0), (144_000, -12.0), (158_400, 0.0)]
    assert len(add(STILL, steep, TRIM, RATE_HZ).lane.points) == 5
    assert len(add(STILL, steep, FADER, RATE_HZ).lane.points) > 6


@pytest.mark.parametrize(("gain", "share", "control"), [(0.5, 0.5, TRIM), (0.5, 0.5, FADER)], ids=["trim", "fader"])
def test_a_control_moves_between_two_points_as_ardour_does(gain: float, share: float, control: Control) -> None:
    """A trim evenly in dB; a fader evenly along ((6 log2 g + 192) / 198)^8, Ardour's own fader law."""
    travel = (((6 * math.log2(1.0) + 192) / 198) ** 8 + ((6 * math.log2(gain) + 192) / 198) ** 8) / 2
    wanted = {TRIM: math.sqrt(gain), FADER: 2 ** ((travel**0.125 * 198 - 192) / 6)}[control]
    assert Lane("Play", None, ((0, 1.0), (1000, gain))).gain(1000 * share, control) == pytest.approx(wanted)


def test_a_control_that_stands_still_plays_around_its_value() -> None:
    added = add(Lane("Off", 0.5, ()), RIDE, TRIM, RATE_HZ)
    assert added.lane.state == "Play"
    assert added.lane.points[0] == (0, 0.5)
    assert in_db(added.lane.gain(120_000, TRIM)) == pytest.approx(in_db(0.5) - 3.0, abs=0.01)


@pytest.mark.parametrize("state", ["Play", "Touch", "Latch"])
def test_a_lane_that_plays_keeps_its_state(state: str) -> None:
    assert add(Lane(state, None, ((0, 1.0), (500_000, 0.7))), RIDE, FADER, RATE_HZ).lane.state == state


def test_what_does_not_fit_is_clamped_and_said() -> None:
    added = add(Lane("Off", 1.9, ()), [(96_000, 0.0), (105_600, 3.0), (144_000, 0.0)], FADER, RATE_HZ)
    assert max(gain for _, gain in added.lane.points) == 2.0
    assert added.clamped_db == pytest.approx(in_db(1.9) + 3.0 - in_db(2.0), abs=0.01)
    assert add(STILL, RIDE, FADER, RATE_HZ).clamped_db == 0.0


def test_silence_stays_silence() -> None:
    lane = Lane("Play", None, ((0, 0.0), (200_000, 0.0), (200_001, 1.0)))
    assert all(gain <= FLOOR for s, gain in add(lane, RIDE, FADER, RATE_HZ).lane.points if s < 200_000)


def test_a_curve_the_human_left_off_zero_is_brought_back_at_its_ends() -> None:
    added = add(STILL, [(96_000, -2.0), (144_000, -2.0)], TRIM, RATE_HZ)
    assert added.lane.gain(95_000 - EARLY, TRIM) == 1.0
    assert added.lane.gain(145_000, TRIM) == 1.0
    assert in_db(added.lane.gain(120_000, TRIM)) == pytest.approx(-2.0)


def test_a_manual_lane_that_holds_points_is_left_alone() -> None:
    assert "manual but holds points" in (unsuited(Lane("Off", 1.0, ((0, 1.0),))) or "")
    assert "being written" in (unsuited(Lane("Write", None, ())) or "")
    assert unsuited(STILL) is None


@given(lanes())
def test_a_lane_comes_back_from_its_text(lane: Lane) -> None:
    once = Lane.parse(lane.text)
    assert once.text == lane.text
    assert Lane.parse(once.text) == once


def test_the_smoothing_is_six_milliseconds_at_any_rate() -> None:
    assert (lead_samples(48_000), lead_samples(96_000)) == (306, 612)
