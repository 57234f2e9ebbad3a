"""The lead over the rest, in its own bands and in the balance of the mix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.features.bands import BandPowers
from earmark.features.engine import measure
from earmark.features.feature import Unheard
from earmark.features.lead_against_rest import Lead, LeadAgainstRest, k_weights
from earmark.features.stem_pass import measure_stem
from earmark.model import Session

RATE_HZ = 16_000


def tone(freq_hz: float, dbfs: float, seconds: float = 12.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * freq_hz * at_s)


def sung(freq_hz: float, dbfs: float) -> np.ndarray:
    at_s = np.arange(12 * RATE_HZ) / RATE_HZ
    return tone(freq_hz, dbfs) * (at_s % 3.0 < 2.0)


def after_faders(**stems: np.ndarray) -> Session:
    return replace(scenes.session(RATE_HZ, **stems), balance="post-fader")


def leads_of(session: Session) -> tuple[Lead, ...]:
    got = measure(session, {LeadAgainstRest}, jobs=1).whole(LeadAgainstRest)
    assert isinstance(got, LeadAgainstRest), got
    return got.leads


def test_the_ratio_is_that_of_the_energies_in_the_leads_own_bands() -> None:
    (lead,) = leads_of(after_faders(lead_vocal=sung(1_000, -20), keys=tone(1_000, -26), bass=tone(60, -6)))
    assert len(lead.phrases) == 4
    assert [phrase.over_rest_db for phrase in lead.phrases] == pytest.approx([6.0] * 4, abs=0.5)
    assert {phrase.culprit for phrase in lead.phrases} == {"keys"}
    assert lead.phrases[0].culprit_share > 0.95
    low_hz, high_hz = lead.phrases[0].band_hz
    assert low_hz < 1_000 < high_hz


def test_the_balance_is_taken_from_the_mix_where_there_is_one() -> None:
    rng = np.random.default_rng(4)
    shake = 1 + 0.3 * rng.standard_normal(12 * RATE_HZ)
    voice, keys = sung(1_000, -20) * shake, tone(1_050, -20) * np.roll(shake, 5_000)
    session = scenes.session(RATE_HZ, mix=voice + 0.25 * keys, lead_vocal=voice, keys=keys)
    (fitted,) = leads_of(session)
    (plain,) = leads_of(replace(session, mix=None, balance="post-fader"))
    for quieter, there in zip(fitted.phrases, plain.phrases, strict=True):
        assert quieter.over_rest_db - there.over_rest_db == pytest.approx(12.04, abs=0.5)


def test_without_a_balance_or_a_lead_there_is_a_reason_instead() -> None:
    for session in (
        scenes.session(RATE_HZ, lead_vocal=sung(1_000, -20), keys=tone(1_000, -26)),
        after_faders(guitar=sung(1_000, -20), keys=tone(1_000, -26)),
        after_faders(lead_vocal=sung(1_000, -20)),
    ):
        got = measure(session, {LeadAgainstRest}, jobs=1).whole(LeadAgainstRest)
        assert isinstance(got, Unheard)
        assert got.because


def test_a_second_lead_is_not_counted_against_the_first() -> None:
    leads = leads_of(after_faders(lead_vocal=sung(1_000, -20), lead_vocal_2=sung(1_000, 0), keys=tone(1_000, -26)))
    assert [round(lead.phrases[0].over_rest_db) for lead in leads] == [6, 26]


def test_phrases_that_stand_alone_are_left_out() -> None:
    (lead,) = leads_of(after_faders(lead_vocal=sung(1_000, -20), keys=np.zeros(12 * RATE_HZ)))
    assert lead.phrases == ()


def test_a_stem_that_starts_late_is_compared_where_it_sounds() -> None:
    session = after_faders(lead_vocal=sung(1_000, -20), keys=tone(1_000, -26), pad=tone(1_000, -10, seconds=3.0))
    late = replace(session, stems=(*session.stems[:2], replace(session.stems[2], start_s=6.0)))
    (lead,) = leads_of(late)
    assert [phrase.culprit for phrase in lead.phrases] == ["keys", "keys", "pad", "keys"]


def test_band_weights_are_the_k_curve() -> None:
    """BS.1770-5: +4.0 dB far above the shelf, -0.691 dB is what the curve adds at 1 kHz."""
    edges_hz = np.array([950.0, 1_050.0, 9_500.0, 10_500.0])
    gain_db = 10 * np.log10(k_weights(edges_hz))
    assert gain_db[0] == pytest.approx(0.69, abs=0.05)
    assert gain_db[2] == pytest.approx(4.0, abs=0.1)
    bands = measure_stem(scenes.session(RATE_HZ, a=tone(60, -6)).stems[0], [BandPowers])[BandPowers]
    assert k_weights(bands.edges_hz)[0] < 1.0


@pytest.mark.real_audio
def test_a_real_singer_is_measured_in_the_real_mix(data: Path) -> None:
    """Hendrix: the fourth stem lies at 0.447 in the mix, so the voice is 7 dB lower there than at unity."""
    import soundfile

    folder = data / "stems/Hendrix"
    sounds = {path.stem: soundfile.read(path, dtype="float32")[0].T for path in sorted((folder / "stems").glob("*"))}
    rate_hz = 44_100
    names = {"01 drum set": "drums", "02 electric bass": "bass", "03 distorted electric guitar": "guitar"}
    stems = {names.get(name, "lead_vocal"): sound for name, sound in sounds.items()}
    session = scenes.session(rate_hz, mix=soundfile.read(folder / "mix.flac", dtype="float32")[0].T, **stems)
    (fitted,) = leads_of(session)
    (unity,) = leads_of(replace(session, mix=None, balance="post-fader"))
    fell = [a.over_rest_db - b.over_rest_db for a, b in zip(fitted.phrases, unity.phrases, strict=True)]
    assert fell == pytest.approx([-7.0] * len(fell), abs=0.5)
    assert {phrase.culprit for phrase in fitted.phrases} == {"guitar"}
