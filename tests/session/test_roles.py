"""Names as people write them, and what they are taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark import scenes
from earmark.errors import SettingsError
from earmark.session.roles import ROLES, confirm, guess_role, is_mix, key_of

NAMES = {
    "kick": "01 Kick In|KD sub|KickOut|Kick-01|BD|Bass Drum|808 kick|kick room|Kick Trig|Kik|Master Kick",
    "snare": "Snr Top|SN btm|SD|Snare_sample|02_Snare",
    "toms": "Tom1|Floor Tom|FT|Rack 2|toms",
    "hihat": "HH|HiHat|Hat|hi-hat",
    "overheads": "OH L|OHs|OHR|Overhead_Left|Cymbals|Ride|Crash L",
    "room": "Drum Room|Rm L|Room",
    "drums": "drum set|01 drum set|drums|Loop 1|Kit|Batería|Schlagzeug|Drums MixDown",
    "percussion": "Perc 1|Shaker|Tamb|Claps|Conga|mixed perc",
    "bass": "DI Bass|02 electric bass|bassguitar|Bass Amp|Synth Bass|Upright Bass|808|Sub|Bajo|Bass bounce",
    "electric-guitar": "EGtr clean|04 clean electric guitar|leadguitar|Gtr 1|GTR_L_amp|El. Gitarre|Gtr DI|Elec Gtr",
    "acoustic-guitar": "AcGtr|Ac Gtr DBL|Acoustic Guitar L|05 acoustic guitar|AGtr|nylon",
    "keys": "clav|Rhodes|E Piano|Hammond B3|Organ|Stereo Keys|Wurli",
    "piano": "Piano L|Acoustic Piano|Pno|Klavier",
    "synth": "Synth Lead|Juno Pad|arp 2|remix synth",
    "strings": "Strings|Vln 1|Cello",
    "brass": "horns|Trumpet|Sax|Horn Section",
    "lead-vocal": "Ld Vox dbl|male singer|LeadVox|vox|Vocals|Main Vocal Take 3|Gesang|Voz Principal|Vox print",
    "backing-vocal": "BGV|BGVs 2|BV1|Voc Harm|Harmony 1|Choir|adlibs|Oohs",
    "fx": "Vox FX|Reverb Rtn|Snare Verb|Click|Riser",
    "mix": "mix|Rough Mix v3|mixdown|Song_MIX_2|2mix|Master|MyTune bounce|Song Print|Vox Up Mix|Mix no drums|RoughMix",
    "unknown": "Audio 1|Track 07|😀|Lead|remix|Fingerprint|Mixolydian|masterpiece|bassoon|untitled",
}
CASES = [(name, role) for role, names in NAMES.items() for name in names.split("|")]


@pytest.mark.parametrize(("name", "role"), CASES)
def test_a_real_name_gets_its_role(name: str, role: str) -> None:
    assert guess_role(name) == role


def test_every_role_can_be_guessed() -> None:
    assert {guess_role(name) for name, _ in CASES} == set(ROLES)


@given(st.text())
def test_any_name_gets_a_role_of_the_list(name: str) -> None:
    assert guess_role(name) in ROLES


@given(st.sampled_from(CASES), st.integers(0, 99), st.sampled_from(["_", " ", "-", "."]))
def test_a_take_number_case_or_separator_changes_no_role(case: tuple[str, str], number: int, sign: str) -> None:
    name, role = case
    assert guess_role(f"{number:02d}{sign}{name}") == role
    assert guess_role(name.replace(" ", sign)) == role


INSTRUMENTS = [name for name, role in CASES if role not in ("mix", "unknown")]


@given(st.sampled_from(INSTRUMENTS), st.sampled_from(["mix", "bounce", "print", "master", "rough", "mixdown"]))
def test_an_instrument_printed_or_mixed_is_not_the_mix(name: str, word: str) -> None:
    assert not is_mix(f"{name} {word}")
    assert not is_mix(f"{word} {name}")


@given(st.text(alphabet="bcdfghjkl", min_size=3, max_size=10), st.sampled_from(["mix", "Rough Mix", "MIXDOWN", "2mix"]))
def test_a_song_title_and_a_word_for_it_is_the_mix(title: str, word: str) -> None:
    assert is_mix(f"{title}ox {word}")


def test_confirmed_roles_win_and_say_so() -> None:
    session = confirm(scenes.session(8_000, take_3=[0.0], vox=[0.0]), {"take 3": "bass"})
    assert [(stem.role, stem.role_confirmed) for stem in session.stems] == [("bass", True), ("lead-vocal", False)]


def test_an_unknown_role_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"'vox' is 'led-vocal'.*did you mean lead-vocal\?"):
        confirm(scenes.session(8_000, vox=[0.0]), {"vox": "led-vocal"})


def test_a_name_of_other_bytes_has_a_key_that_toml_can_hold() -> None:
    assert key_of("Gesang ü") == "Gesang ü"
    assert key_of("Gesang \udcfc 100%") == "Gesang %FC 100%25"
