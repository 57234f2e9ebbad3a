"""Auditions are as loud as each other, exact where they can be, and say what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import (
    ACTIONS,
    Action,
    AskTheBand,
    BellCut,
    GainCurve,
    HighPass,
    InvertPolarity,
    LeaveIt,
    Nudge,
    Pan,
    Repair,
    StaticGain,
)
from earmark.auditions import Audition, audition, played, write_files
from earmark.auditions.audition import loudness_lufs
from earmark.auditions.treatment import NOT_HEARD, TREATMENTS
from earmark.errors import UsageError
from earmark.model import Card, Finding, Option, Session, Suggestion
from earmark.suggestions.curves import level_at

RATE_HZ = 48_000


def noise(seed: int, seconds: float = 20.0, gain: float = 0.1) -> np.ndarray:
    return gain * np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))


def whole() -> Session:
    return replace(
        scenes.session(RATE_HZ, lead_vocal=noise(1), bass=noise(2), keys=np.stack([noise(3), noise(4)])),
        balance="post-fader",
    )


def alone() -> Session:
    return scenes.session(RATE_HZ, lead_vocal=noise(1), bass=noise(2))


def finding(start_s: float | None = 9.0, end_s: float | None = 11.0) -> Finding:
    return Finding(
        "PF01", "needs-riding", "note", ("lead vocal",), 6.0, "LU", "m", "d", 0.7, start_s=start_s, end_s=end_s
    )


def card(*actions: Action, curve: tuple[tuple[float, float], ...] | None = None) -> Card:
    options = tuple(
        Option(action, "t", "g", "c", curve if isinstance(action, GainCurve) else None) for action in actions
    )
    return Card("c1", "lead vocal needs riding", ("lead vocal",), (finding(),), Suggestion("s1", options))


def heard(action: Action, session: Session | None = None, **more: object) -> Audition:
    return audition(session or whole(), card(action, **more), finding())  # type: ignore[arg-type]


CURVE = ((8.7, 0.0), (9.0, 3.0), (11.0, 3.0), (11.3, 0.0))
RIDE = GainCurve("lead vocal", "trim", ((9.0, 11.0, 3.0),))


@pytest.mark.parametrize(
    ("action", "curve"),
    [
        (RIDE, CURVE),
        (StaticGain("lead vocal", 9.0), None),
        (StaticGain("lead vocal", -30.0), None),
        (BellCut("keys", 1_000.0, -9.0, 1.0), None),
        (HighPass("bass", 500.0), None),
        (Pan("bass", -1.0), None),
        (InvertPolarity("lead vocal"), None),
        (Nudge("lead vocal", 0.01), None),
    ],
)
def test_after_is_as_loud_as_before_within_a_tenth(
    action: Action, curve: tuple[tuple[float, float], ...] | None
) -> None:
    got = heard(action, curve=curve)
    assert got.matched is not None
    was, now = loudness_lufs(got.before, RATE_HZ), loudness_lufs(got.matched, RATE_HZ)
    assert was is not None
    assert now == pytest.approx(was, abs=0.1)
    assert any(f"{got.match_db:+.2f} dB" in sentence for sentence in got.told)


def test_the_difference_is_after_less_before_to_the_last_bit() -> None:
    got = heard(StaticGain("lead vocal", 9.0))
    assert got.after is not None
    assert got.delta is not None
    assert np.array_equal(got.delta, got.after - got.before)
    assert got.match_db < -1.0
    assert any("own level" in sentence for sentence in got.told)


def test_the_difference_of_one_stem_is_that_stem_and_no_other() -> None:
    got = heard(InvertPolarity("lead vocal"))
    assert got.delta is not None
    first = round(got.start_s * RATE_HZ)
    voice = noise(1).astype(np.float32)[first : first + got.before.shape[1]]
    assert np.abs(got.delta + 2 * voice).max() < 1e-6


def test_a_curve_is_applied_to_the_sample_and_nothing_outside_it() -> None:
    got = heard(RIDE, session=replace(alone(), stems=alone().stems[:1]), curve=CURVE)
    assert got.after is not None
    at_s = got.start_s + np.arange(got.before.shape[1]) / RATE_HZ
    for second in (7.0, 8.85, 9.5, 10.9, 11.2, 12.0):
        i = int(np.argmin(np.abs(at_s - second)))
        gain_db = 20 * np.log10(abs(got.after[0, i] / got.before[0, i]))
        assert gain_db == pytest.approx(level_at(CURVE, float(at_s[i])), abs=1e-3)


def test_the_excerpt_is_8_to_12_seconds_around_the_place() -> None:
    for start_s, end_s in ((9.0, 9.1), (9.0, 16.0), (0.0, 1.0), (19.5, 20.0)):
        got = audition(whole(), card(RIDE, curve=CURVE), finding(start_s, end_s))
        seconds = got.before.shape[1] / RATE_HZ
        assert 8.0 <= seconds <= 12.0
        assert got.start_s <= start_s
        assert got.start_s + seconds >= min(end_s, start_s + 9.0)
        assert 0.0 <= got.start_s <= 20.0 - seconds


def test_a_fault_of_the_whole_file_is_heard_where_the_stem_is_loudest() -> None:
    voice = noise(1, gain=0.001)
    voice[12 * RATE_HZ : 15 * RATE_HZ] *= 100
    session = scenes.session(RATE_HZ, lead_vocal=voice)
    got = audition(session, card(StaticGain("lead vocal", 3.0)), finding(None, None))
    assert got.start_s <= 12.0
    assert got.start_s + 8.0 >= 15.0


def test_a_session_shorter_than_an_excerpt_is_heard_whole() -> None:
    session = scenes.session(RATE_HZ, lead_vocal=noise(1, seconds=3.0))
    got = audition(session, card(StaticGain("lead vocal", 3.0)), finding(1.0, 2.0))
    assert got.before.shape == (2, 3 * RATE_HZ)


def test_without_a_balance_the_cards_stems_are_heard_and_that_is_said() -> None:
    got = heard(StaticGain("lead vocal", 3.0), session=alone())
    first = round(got.start_s * RATE_HZ)
    voice = noise(1).astype(np.float32)[first : first + got.before.shape[1]]
    assert np.array_equal(got.before, np.stack([voice, voice]))
    assert any("no balance" in sentence for sentence in got.told)


def test_a_pair_without_a_balance_is_heard_together() -> None:
    pair = replace(card(InvertPolarity("bass")), stems=("lead vocal", "bass"))
    got = audition(alone(), pair, finding())
    assert got.delta is not None
    assert np.abs(got.before - got.delta).max() > 0.1  # the other microphone is in it


def test_the_balance_of_the_mix_is_used_where_it_can_be_fitted() -> None:
    rng = np.random.default_rng(9)
    voice, bass = rng.standard_normal((2, 20 * RATE_HZ)) * 0.1
    session = scenes.session(RATE_HZ, mix=voice + 0.25 * bass, lead_vocal=voice, bass=bass)
    got = heard(StaticGain("lead vocal", 3.0), session=session)
    first = round(got.start_s * RATE_HZ)
    expected = (voice + 0.25 * bass)[first : first + got.before.shape[1]]
    assert np.abs(got.before[0] - expected).max() < 0.01
    assert any("fitted to the mix" in sentence for sentence in got.told)


def test_what_is_asked_about_the_pack_is_heard_as_it_was_sent() -> None:
    sounds = {"lead_vocal": noise(1), "bass": noise(2)}
    session = scenes.session(RATE_HZ, mix=0.5 * noise(1) + noise(2), **sounds)  # type: ignore[arg-type]
    got = audition(session, card(StaticGain("lead vocal", -6.0)), replace(finding(), code="PK12"))
    first = round(got.start_s * RATE_HZ)
    expected = (noise(1) + noise(2))[first : first + got.before.shape[1]]
    assert np.abs(got.before[0] - expected).max() < 1e-6
    assert any("as they were sent" in sentence for sentence in got.told)


def test_a_shift_is_by_whole_samples_and_the_right_way() -> None:
    click = np.zeros(20 * RATE_HZ)
    click[10 * RATE_HZ] = 1.0
    got = heard(Nudge("lead vocal", 0.0101), session=scenes.session(RATE_HZ, lead_vocal=click))
    assert got.after is not None
    assert int(np.argmax(got.after[0])) - int(np.argmax(got.before[0])) == round(0.0101 * RATE_HZ)
    assert any("whole samples" in sentence for sentence in got.told)


def test_a_nudge_that_is_inverted_turns_the_stem_as_it_moves_it() -> None:
    one = replace(alone(), stems=alone().stems[:1])
    plain, turned = (heard(Nudge("lead vocal", 0.01, inverted=each), session=one) for each in (False, True))
    assert plain.after is not None
    assert turned.after is not None
    assert np.abs(plain.after).max() > 0.01
    np.testing.assert_array_equal(turned.after, -plain.after)


def test_a_pan_keeps_the_power_and_goes_to_its_side() -> None:
    got = heard(Pan("lead vocal", -1.0), session=replace(alone(), stems=alone().stems[:1]))
    assert got.after is not None
    assert np.abs(got.after[1]).max() < 1e-6
    assert np.sum(got.after**2) == pytest.approx(np.sum(got.before**2), rel=1e-4)


@pytest.mark.parametrize(("action", "freq_hz", "db"), [(BellCut("lead vocal", 1_000.0, -6.0, 2.0), 1_000.0, -6.0),
                                                        (BellCut("lead vocal", 1_000.0, -6.0, 2.0), 8_000.0, 0.0),
                                                        (HighPass("lead vocal", 200.0), 200.0, -6.0),
                                                        (HighPass("lead vocal", 200.0), 5_000.0, 0.0)])  # fmt: skip
def test_filters_do_what_they_say(action: Action, freq_hz: float, db: float) -> None:
    tone = 0.1 * np.sin(2 * np.pi * freq_hz * np.arange(20 * RATE_HZ) / RATE_HZ)
    got = heard(action, session=scenes.session(RATE_HZ, lead_vocal=tone))
    assert got.after is not None
    assert 10 * np.log10(np.mean(got.after**2) / np.mean(got.before**2)) == pytest.approx(db, abs=0.4)


def test_a_high_pass_over_a_span_leaves_the_rest() -> None:
    tone = 0.1 * np.sin(2 * np.pi * 60.0 * np.arange(20 * RATE_HZ) / RATE_HZ)
    got = heard(HighPass("lead vocal", 300.0, (9.0, 10.0)), session=scenes.session(RATE_HZ, lead_vocal=tone))
    assert got.delta is not None
    at_s = got.start_s + np.arange(got.before.shape[1]) / RATE_HZ
    assert np.abs(got.delta[:, (at_s < 8.97) | (at_s > 10.03)]).max() == 0.0
    assert np.abs(got.delta[:, (at_s > 9.1) & (at_s < 9.9)]).max() > 0.05


# --- what has no sound ---------------------------------------------------------


def test_every_action_can_be_heard_or_says_why_not() -> None:
    assert {*TREATMENTS, Pan} | set(NOT_HEARD) == set(ACTIONS)
    assert not {*TREATMENTS, Pan} & set(NOT_HEARD)


def test_what_cannot_be_heard_plays_the_place_and_says_so() -> None:
    for action in (Repair("lead vocal", "de-hum"), AskTheBand("lead vocal", "again?"), LeaveIt()):
        got = heard(action)
        assert got.after is got.delta is got.matched is None
        assert np.abs(got.before).max() > 0
        assert NOT_HEARD[type(action)] in got.told


def test_the_first_option_that_has_a_sound_is_taken_unless_one_is_named() -> None:
    several = card(Repair("lead vocal", "r"), StaticGain("lead vocal", 3.0), LeaveIt())
    assert audition(whole(), several, finding()).option == 2
    assert audition(whole(), several, finding(), option=1).after is None
    with pytest.raises(UsageError, match=r"options 1 to 3, not 4"):
        audition(whole(), several, finding(), option=4)


def test_a_stem_that_is_gone_is_named() -> None:
    gone = replace(card(StaticGain("gone", 3.0)), stems=("gone",))
    with pytest.raises(UsageError, match=r"gone cannot be read"):
        audition(whole(), gone, finding())


def test_silence_is_not_matched() -> None:
    got = heard(StaticGain("lead vocal", 3.0), session=scenes.session(RATE_HZ, lead_vocal=np.zeros(20 * RATE_HZ)))
    assert got.match_db == 0.0


def test_samples_that_are_no_sound_are_silent_here() -> None:
    voice = noise(1)
    voice[10 * RATE_HZ] = np.nan
    got = heard(StaticGain("lead vocal", 3.0), session=scenes.session(RATE_HZ, lead_vocal=voice))
    assert got.after is not None
    assert np.isfinite(got.after).all()


# --- files ---------------------------------------------------------------------


def test_three_files_hold_the_three_sounds(tmp_path: Path) -> None:
    import soundfile

    got = heard(StaticGain("lead vocal", 9.0))
    files = write_files(got, tmp_path / "hear", "7f3a91c2-1")
    assert [file.name for file in files.values()] == ["7f3a91c2-1-a.wav", "7f3a91c2-1-b.wav", "7f3a91c2-1-delta.wav"]
    for name, sound in (("a", got.before), ("b", got.matched), ("delta", got.delta)):
        read, rate_hz = soundfile.read(files[name], dtype="float32")
        assert rate_hz == RATE_HZ
        assert np.array_equal(read.T, sound)


def test_what_has_no_after_is_one_file(tmp_path: Path) -> None:
    assert list(write_files(heard(LeaveIt()), tmp_path, "x")) == ["a"]


def test_the_first_player_that_is_there_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "paplay" else None)
    monkeypatch.setattr("subprocess.Popen", lambda words, **_: started.append(words))
    assert played(tmp_path / "a b.wav") == "paplay"
    assert started == [["/usr/bin/paplay", str(tmp_path / "a b.wav")]]


def test_without_a_player_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert played(tmp_path / "a.wav") is None
