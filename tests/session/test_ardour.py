"""An Ardour session becomes stems that sound as its regions lie; what is hostile or broken does no harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.errors import SessionError
from earmark.model import Marker, Section, Session, Stem
from earmark.session import find
from session.ardour_file import RATE_HZ, a, curve, document, put, region, source, track

RAMP = np.linspace(0.1, 0.9, 4_800, dtype=np.float32)
FLAT = np.full(4_800, 0.5, np.float32)
KICK, SNARE = source("1", "kick.wav"), source("2", "snare.wav")


def read(folder: Path, text: str, **sounds: np.ndarray) -> Session:
    (session,) = find([put(folder, text, **sounds)])
    return audio.probe(session)


def heard(stem: Stem) -> np.ndarray:
    return np.concatenate([block.copy() for block in audio.blocks(stem, 1_000)], axis=1)


def one_track(folder: Path, *regions: str, **sounds: np.ndarray) -> Stem:
    sounds = sounds or {"kick_wav": RAMP, "snare_wav": FLAT}
    (stem,) = read(folder, document([track(1, "Kick In", regions)], [KICK, SNARE]), **sounds).stems
    return stem


def test_a_region_sounds_where_it_lies(tmp_path: Path) -> None:
    stem = one_track(tmp_path, region("r", ["1"], at=24_000, start=100, samples=2_000))
    assert (stem.name, stem.role, stem.start_s, stem.known.frames) == ("Kick In", "kick", 0.5, 2_000)
    assert np.array_equal(heard(stem)[0], RAMP[100:2_100])


def test_between_regions_there_is_silence(tmp_path: Path) -> None:
    stem = one_track(tmp_path, region("r", ["1"], 1_000, 0, 500), region("s", ["2"], 2_000, 0, 500))
    assert np.array_equal(heard(stem)[0], np.concatenate([RAMP[:500], np.zeros(500, np.float32), FLAT[:500]]))


def test_region_gain_and_source_gain_multiply(tmp_path: Path) -> None:
    text = document(
        [track(1, "k", [region("r", ["1"], 0, 0, 1_000, scale_amplitude=0.5)])], [source("1", "kick.wav", gain=0.5)]
    )
    (stem,) = read(tmp_path, text, kick_wav=FLAT).stems
    assert heard(stem)[0] == pytest.approx(0.125)


def test_a_higher_layer_hides_what_it_lies_on_and_a_transparent_one_adds(tmp_path: Path) -> None:
    under = region("under", ["1"], 0, 0, 3_000, layering_index=0)
    above = region("above", ["2"], 1_000, 0, 1_000, layering_index=2)
    assert np.array_equal(heard(one_track(tmp_path / "1", above, under))[0][1_000:2_000], FLAT[:1_000])
    clear = above.replace('opaque="1"', 'opaque="0"')
    assert np.array_equal(
        heard(one_track(tmp_path / "2", clear, under))[0][1_000:2_000], RAMP[1_000:2_000] + FLAT[:1_000]
    )


def test_a_muted_region_is_silent_and_a_track_of_them_is_no_stem(tmp_path: Path) -> None:
    muted = region("m", ["2"], 0, 0, 4_000, muted=1)
    assert one_track(tmp_path / "1", region("r", ["1"], 0, 0, 500), muted).known.frames == 500
    assert read(tmp_path / "2", document([track(1, "k", [muted])], [SNARE])).stems == ()


def test_a_fade_follows_its_curve_and_the_layer_beneath_its_counterpart(tmp_path: Path) -> None:
    fades = (
        curve("FadeIn", [(0, 0.0), (500, 0.2), (1_000, 1.0)])
        + curve("InverseFadeIn", [(0, 1.0), (1_000, 0.0)])
        + curve("FadeOut", [(0, 1.0), (500, 0.0)])
    )
    above = region("above", ["2"], 1_000, 0, 3_000, fades, layering_index=1, fade_in_active=1, fade_out_active=1)
    stem = one_track(tmp_path, region("under", ["2"], 0, 0, 4_800), above)
    sound = heard(stem)[0]
    assert sound[:1_000] == pytest.approx(0.5)
    assert sound[1_500] == pytest.approx(0.5 * 0.2 + 0.5 * 0.5, abs=1e-6)
    assert sound[2_000:3_500] == pytest.approx(0.5)
    assert sound[3_750] == pytest.approx(0.5 * 0.5 + 0.5 * 0.5, abs=1e-6)


def test_fades_switched_off_in_the_session_are_not_heard(tmp_path: Path) -> None:
    fade = curve("FadeIn", [(0, 0.0), (1_000, 1.0)])
    text = document(
        [track(1, "k", [region("r", ["2"], 0, 0, 2_000, fade, fade_in_active=1)])],
        [SNARE],
        rest="<Config><Option name='use-region-fades' value='0'/></Config>",
    )
    (stem,) = read(tmp_path, text, snare_wav=FLAT).stems
    assert heard(stem)[0] == pytest.approx(0.5)


def test_an_envelope_shapes_the_region_only_when_it_is_on(tmp_path: Path) -> None:
    line = curve("Envelope", [(0, 1.0), (2_000, 0.0)])
    on = one_track(tmp_path / "1", region("r", ["2"], 0, 0, 2_000, line, envelope_active=1))
    assert heard(on)[0][1_000] == pytest.approx(0.25, abs=1e-3)
    off = one_track(tmp_path / "2", region("r", ["2"], 0, 0, 2_000, line, envelope_active=0))
    assert heard(off)[0] == pytest.approx(0.5)


def test_a_stereo_region_plays_its_two_files_and_a_mono_one_both_sides(tmp_path: Path) -> None:
    text = document(
        [track(1, "OH", [region("r", ["1", "2"], 0, 0, 1_000), region("m", ["1"], 1_000, 0, 1_000)])],
        [source("1", "oh%L.wav"), source("2", "oh%R.wav")],
    )
    (stem,) = read(tmp_path, text, **{"oh%L_wav": RAMP, "oh%R_wav": FLAT}).stems
    sound = heard(stem)
    assert np.array_equal(sound[:, :1_000], np.stack([RAMP[:1_000], FLAT[:1_000]]))
    assert np.array_equal(sound[:, 1_000:], np.stack([RAMP[:1_000]] * 2))


def test_one_channel_of_a_file_with_several(tmp_path: Path) -> None:
    text = document([track(1, "k", [region("r", ["9"], 0, 0, 1_000)])], [source("9", "kick.wav", channel=1)])
    (stem,) = read(tmp_path, text, kick_wav=np.stack([RAMP, FLAT])).stems
    assert np.array_equal(heard(stem), FLAT[None, :1_000])


def test_a_file_outside_the_session_is_found_by_its_path(tmp_path: Path) -> None:
    audio.write(tmp_path / "elsewhere" / "loop.wav", FLAT, RATE_HZ)
    outside = source("1", "loop.wav", origin=tmp_path / "elsewhere" / "loop.wav")
    (stem,) = read(tmp_path / "s", document([track(1, "Loop", [region("r", ["1"], 0, 0, 1_000)])], [outside])).stems
    assert heard(stem)[0] == pytest.approx(0.5)


def test_a_missing_file_leaves_its_track_unread_and_the_others_heard(tmp_path: Path) -> None:
    text = document(
        [track(1, "Kick", [region("r", ["1"], 0, 0, 500)]), track(2, "Snare", [region("r", ["2"], 0, 0, 500)])],
        [KICK, SNARE],
    )
    kick, snare = read(tmp_path, text, snare_wav=FLAT).stems
    assert kick.known.trouble == "kick.wav is missing"
    assert list(audio.blocks(kick, 100)) == []
    assert heard(snare)[0] == pytest.approx(0.5)


def test_a_track_with_one_missing_file_keeps_its_place_and_says_what_is_silent(tmp_path: Path) -> None:
    stem = one_track(tmp_path, region("r", ["1"], 1_000, 0, 500), region("s", ["2"], 2_000, 0, 500), snare_wav=FLAT)
    assert stem.known.trouble is None
    assert stem.known.unheard == "kick.wav is missing"
    assert (stem.start_s, stem.known.frames) == (2_000 / RATE_HZ, 500)


def test_a_file_at_another_rate_is_silent_and_said(tmp_path: Path) -> None:
    path = put(tmp_path, document([track(1, "k", [region("r", ["1"], 0, 0, 500)])], [KICK]))
    audio.write(tmp_path / "interchange" / "song" / "audiofiles" / "kick.wav", FLAT, 44_100)
    (stem,) = audio.probe(find([path])[0]).stems
    assert stem.known.trouble == "kick.wav runs at 44100 Hz in a session at 48000 Hz"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"length": "a12@b"}, "its place is '', not a time"),
        ({"length": f"{a(500)}@a-5"}, "its place is '-5', not a time"),
        ({"length": f"a{10**19}@a0"}, "its place lies beyond 24 h"),
        ({"scale_amplitude": "nan"}, "holds 'nan' where a number must be"),
        ({"scale_amplitude": "loud"}, "holds 'loud' where a number must be"),
        ({"channels": "0"}, "has '0' channels"),
        ({"channels": "999999999"}, "has '999999999' channels"),
        ({"source-0": "77"}, "plays source '77', which is no sound file"),
        ({"length": "b1920@b0"}, "is in beats, and the session has no tempo"),
    ],
)
def test_a_region_that_makes_no_sense_is_silent_and_the_rest_is_heard(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    stem = one_track(tmp_path, region("good", ["1"], 0, 0, 500), region("odd", ["1"], 0, 0, 900, **change))
    assert stem.known.frames == 500
    assert stem.known.unheard is not None
    assert stem.known.unheard.startswith("region 'odd'")
    assert said in stem.known.unheard


def test_beats_are_told_by_the_tempo(tmp_path: Path) -> None:
    tempos = (
        "<Tempo npm='120' enpm='120' note-type='4' sclock='0' quarters='0:0'/>"
        "<Tempo npm='60' enpm='60' note-type='4' sclock='564480000' quarters='4:0'/>"
    )
    odd = region("r", ["1"], 0, 0, 1, length="b960@b9600")
    (stem,) = read(tmp_path, document([track(1, "k", [odd])], [KICK], tempos=tempos), kick_wav=RAMP).stems
    assert stem.start_s == 3.0  # 4 quarters at 120, then 1 at 60
    assert stem.known.frames == RATE_HZ // 2


def test_beats_within_a_tempo_ramp_are_not_guessed(tmp_path: Path) -> None:
    ramp = "<Tempo npm='120' enpm='90' note-type='4' sclock='0' quarters='0:0'/>"
    odd = region("r", ["1"], 0, 0, 1, length="b960@b9600")
    (stem,) = read(tmp_path, document([track(1, "k", [odd])], [KICK], tempos=ramp), kick_wav=RAMP).stems
    assert stem.known.trouble == "region 'r': its place is in beats within a tempo ramp"


def test_tracks_that_are_not_listened_to_are_said(tmp_path: Path) -> None:
    good = [region("r", ["1"], 0, 0, 500)]
    text = document(
        [
            track(1, "Kick", good),
            track(2, "Old", good, active=0),
            track(3, "Gone", good, flags="AudioTrack,Hidden"),
            track(4, "Keys", [], default_type="midi"),
            track(5, "Quiet", good, mute=1),
        ],
        [KICK],
    )
    session = read(tmp_path, text, kick_wav=RAMP)
    assert [stem.name for stem in session.stems] == ["Kick", "Quiet"]
    assert session.remarks[1:] == (
        "not listened to, being hidden or switched off: Old, Gone",
        "not listened to, being MIDI: Keys",
        "listened to although muted in the session: Quiet",
    )


def location(name: str, flags: str, start: int, end: int) -> str:
    return f"<Location name='{name}' flags='{flags}' start='{a(start)}' end='{a(end)}'/>"


def marked(folder: Path, *locations: str) -> Session:
    text = document(
        [track(1, "k", [region("r", ["1"], 0, 0, 480_000)])], [KICK], f"<Locations>{''.join(locations)}</Locations>"
    )
    return read(folder, text, kick_wav=RAMP)


def sections(folder: Path, *locations: str) -> tuple[Section, ...]:
    return marked(folder, *locations).sections


def test_the_engineers_own_marks_are_markers_and_earmarks_are_not(tmp_path: Path) -> None:
    found = marked(
        tmp_path,
        location("Chorus", "IsRangeMarker", 96_000, 192_000),
        location("mark12", "IsMark", 5 * 48_000, 5 * 48_000),
        location("breath!", "IsMark", 48_000, 48_000),
        location("GTR4 hum 50 Hz -77 ·7f3a", "IsMark", 7_000, 7_000),
    )
    assert found.markers == (Marker("breath!", 1.0), Marker("mark12", 5.0))


def test_named_ranges_are_the_sections(tmp_path: Path) -> None:
    found = sections(
        tmp_path,
        location("Chorus", "IsRangeMarker", 96_000, 192_000),
        location("Verse", "IsRangeMarker", 0, 96_000),
        location("session", "IsSessionRange", 0, 480_000),
        location("Loop", "IsAutoLoop,IsHidden", 0, 480_000),
        location("drop", "IsMark", 100, 100),
    )
    assert found == (Section("Verse", 0.0, 2.0), Section("Chorus", 2.0, 4.0))


def test_without_ranges_named_marks_divide_the_song(tmp_path: Path) -> None:
    found = sections(
        tmp_path,
        location("Chorus", "IsMark", 96_000, 96_000),
        location("Verse", "IsMark", 0, 0),
        location("mark12", "IsMark", 5_000, 5_000),
        location("GTR4 hum 50 Hz -77 ·7f3a", "IsMark", 7_000, 7_000),
    )
    assert found == (Section("Verse", 0.0, 2.0), Section("Chorus", 2.0, 10.0))


# --- which file ------------------------------------------------------------------


def test_a_folder_with_one_session_file_is_that_session(tmp_path: Path) -> None:
    path = put(tmp_path, document([]))
    (session,) = find([tmp_path])
    assert (session.kind, session.name, session.path, session.rate_hz) == ("ardour", "song", path, RATE_HZ)


def test_of_several_snapshots_the_one_named_like_the_folder_is_read_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "song"
    put(folder, document([]))
    (folder / "older mix.ardour").write_text(document([], name="old"), encoding="utf-8")
    (session,) = find([folder])
    assert session.name == "song"
    assert session.remarks[-1] == "read from song.ardour, not from older mix.ardour"
    assert find([folder / "older mix.ardour"])[0].name == "old"


def test_several_snapshots_of_other_names_are_asked_about(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.ardour").write_text(document([]), encoding="utf-8")
    with pytest.raises(SessionError, match=r"several session files \(a\.ardour, b\.ardour\).*name one of them"):
        find([tmp_path])


# --- hostile and broken ------------------------------------------------------------

BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Session version="7002" sample-rate="48000" name="&c;"/>'
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    '<Session version="7002" sample-rate="48000" name="&x;"/>'
)
ELSEWHERE = (
    '<?xml version="1.0"?><!DOCTYPE s SYSTEM "http://localhost:1/x.dtd"><Session version="7002" sample-rate="48000"/>'
)


def refused(folder: Path, text: str | bytes, why: str) -> None:
    path = folder / "song.ardour"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SessionError, match=why) as caught:
        find([path])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [BILLION, EXTERNAL, ELSEWHERE])
def test_entities_and_document_types_are_refused(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text, "declares a document type or entities, which Ardour never writes")


def test_xml_beyond_64_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "song.ardour"
    with path.open("wb") as file:
        file.write(b'<Session name="')
        file.truncate(200 * 2**20)  # sparse: a 200 MB attribute that takes no room
    with pytest.raises(SessionError, match="is 200 MB of XML, and earmark reads at most 64 MB"):
        find([path])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not the XML of an Ardour session"),
        ("Dear band", "is not the XML of an Ardour session"),
        (b"\xff\xfe\x00\x01", "is not the XML of an Ardour session"),
        (document([])[:-20], "is not the XML of an Ardour session"),
        ("<Project/>", "is XML but no Ardour session"),
        (document([], version=3002), "was saved by Ardour 5 or older"),
        (document([], sample_rate="fast"), "gives its sample rate as 'fast'"),
        (document([], sample_rate="0"), "gives its sample rate as '0'"),
    ],
)
def test_what_is_no_session_is_refused_in_one_sentence(tmp_path: Path, text: str | bytes, why: str) -> None:
    refused(tmp_path, text, why)


def test_xml_nested_a_hundred_thousand_deep_does_no_harm(tmp_path: Path) -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert find([put(tmp_path, document([], rest=deep))])[0].stems == ()


def test_a_folder_or_pipe_called_ardour_is_never_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "song.ardour")
    with pytest.raises(SessionError, match="is not an ordinary file"):
        find([tmp_path / "song.ardour"])


def test_names_that_lead_out_of_the_session_open_nothing_there(tmp_path: Path) -> None:
    audio.write(tmp_path / "secret.wav", FLAT, RATE_HZ)
    odd = source("1", "../../../secret.wav")
    text = document([track(1, "k", [region("r", ["1"], 0, 0, 500)])], [odd])
    (stem,) = read(tmp_path / "s", text).stems
    assert stem.known.trouble == "secret.wav is missing"
