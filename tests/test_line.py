"""One session, the whole line, no DAW."""

import numpy as np
import pytest

from earmark import scenes
from earmark.errors import LedgerError, SessionError, SettingsError, UsageError
from earmark.ledger import Ledger, nearest
from earmark.line import Request, walk
from earmark.model import Decision
from earmark.rules.catalogue import rules
from hearing import on_disk

RATE_HZ = 48_000


def tone(hz: float, seconds: float = 3.0, level: float = 0.1) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


@pytest.fixture
def hummed(tmp_path):
    """A folder with hum in it: the example of the rule, on disk."""
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Song", planted)


@pytest.fixture
def plain(tmp_path):
    return on_disk(tmp_path / "Song", scenes.session(RATE_HZ, bass=tone(82.4), keys=tone(440.0)))


def listen(*paths, **asked):
    return next(walk(Request(paths=paths, **asked)))


def test_a_folder_comes_out_as_cards_with_ids_and_options(hummed):
    report = listen(hummed, select=("NO01",))
    assert [finding.name for finding in report.findings] == ["hum"]
    card = report.cards[0]
    assert card.findings == report.findings
    assert report.findings[0].card == card.id
    assert report.short_ids[report.findings[0].id] == report.findings[0].id[:4]
    assert len(card.suggestion.options) >= 2
    assert type(card.suggestion.options[-1].action).__name__ == "LeaveIt"


def test_the_second_run_asks_the_same_under_the_same_ids(hummed):
    first, second = listen(hummed, select=("NO01",)), listen(hummed, select=("NO01",))
    assert [finding.id for finding in first.findings] == [finding.id for finding in second.findings]
    assert first.cards == second.cards


def test_what_was_answered_is_not_asked_again_and_what_was_put_off_is(hummed, tmp_path):
    state = tmp_path / "state"
    (finding,) = listen(hummed, select=("NO01",), state=state).findings
    for answer, remains in (("later", True), ("on-purpose", False)):
        with Ledger.at(nearest(hummed, state)) as ledger:
            ledger.record(Decision(finding.id[:4], answer))
        report = listen(hummed, select=("NO01",), state=state)
        assert [each.id for each in report.findings] == [finding.id]
        assert report.remains("question") is remains


def test_a_ledger_that_cannot_be_read_ends_the_run_and_is_not_replaced(hummed, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "ledger.db").write_bytes(b"this is no ledger" * 100)
    with pytest.raises(LedgerError):
        listen(hummed, state=tmp_path / "state")
    assert (tmp_path / "state" / "ledger.db").read_bytes() == b"this is no ledger" * 100


def test_the_number_of_jobs_and_the_cache_change_nothing(hummed):
    reports = [listen(hummed, jobs=jobs, cached=cached) for jobs, cached in ((1, False), (2, True), (2, True))]
    assert len({str((report.findings, report.cards)) for report in reports}) == 1


def test_rules_that_were_not_selected_are_listed(hummed):
    report = listen(hummed, select=("hum",))
    silent = {each.code for each in report.not_listened_for if each.because == "not selected"}
    assert silent == {loaded.code for loaded in rules()} - {"NO01"}


def test_an_ignored_rule_keeps_silent_and_is_listed(hummed):
    report = listen(hummed, ignore=("NO",))
    assert not [finding for finding in report.findings if finding.code == "NO01"]
    assert ("NO01", "ignored as asked") in [(each.code, each.because) for each in report.not_listened_for]


def test_every_rule_either_listens_or_says_why_not(plain):
    report = listen(plain, stage="deliver")
    silent = {each.code for each in report.not_listened_for}
    off_stage = {loaded.code for loaded in rules() if "deliver" not in loaded.rule.stages}
    assert off_stage <= silent


def test_an_unknown_rule_is_refused_before_anything_is_measured(plain):
    with pytest.raises(UsageError, match="there is no rule 'NO99'"):
        listen(plain, select=("NO99",))


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SessionError, match="does not exist"):
        listen(tmp_path / "nothing")


# --- stage -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "stage"), [("Song Master.wav", "deliver"), ("Song mix.wav", "print"), ("Bass.wav", "intake")]
)
def test_the_stage_of_one_file_is_guessed_from_what_it_is_called(tmp_path, file, stage):
    on_disk(tmp_path, scenes.session(RATE_HZ, x=tone(440.0, 1.0)))
    (tmp_path / "x.wav").rename(tmp_path / file)
    report = listen(tmp_path / file)
    assert report.stage == stage
    assert report.stage_because.startswith("guessed from one file")


def test_the_stage_of_a_folder_is_intake_until_somebody_says_otherwise(plain):
    assert listen(plain).stage == "intake"
    (plain / "earmark.toml").write_text('stage = "print"')
    assert (listen(plain).stage, listen(plain).stage_because) == ("print", "as earmark.toml says")
    assert (listen(plain, stage="mix").stage, listen(plain, stage="mix").stage_because) == ("mix", "as asked")


# --- earmark.toml ------------------------------------------------------------------


def test_a_threshold_in_earmark_toml_is_obeyed(hummed):
    (hummed / "earmark.toml").write_text("[rules.NO01]\nthreshold_dbfs = 0\n")
    assert not listen(hummed, select=("NO01",)).findings


def test_a_rule_may_be_set_by_its_name(hummed):
    (hummed / "earmark.toml").write_text("[rules.hum]\nthreshold_dbfs = 0\n")
    assert not listen(hummed, select=("NO01",)).findings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[rules.NO01]\nthreshold_dbsf = 1.0",
            r"\[rules.NO01\] has no option threshold_dbsf; did you mean threshold_dbfs\?",
        ),
        ('[rules.NO01]\nthreshold_dbfs = "low"', r"threshold_dbfs is 'low'; it must be a number, such as -80.0"),
        ("[rules.NO01]\nthreshold_dbfs = true", "threshold_dbfs is True; it must be a number"),
        ("[rules.NO99]\nx = 1", r"\[rules.NO99\]: there is no rule 'NO99'"),
        ('[roles]\nkeys = "vocals"', r"earmark\.toml: \[roles\] 'keys' is 'vocals', which earmark does not know"),
        ("[rules.NO]\nx = 1", r"\[rules.NO\] is a family; name one rule"),
        (
            '[[ignore]]\nrule = "humm"\nbecause = "x"',
            r"rule: there is no rule 'humm'; did you mean hum\?",
        ),
    ],
)
def test_what_earmark_toml_says_of_rules_is_understood_or_refused(plain, text, sentence):
    (plain / "earmark.toml").write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        listen(plain)


def test_what_is_set_aside_is_answered_counted_and_asked_no_more(hummed):
    stem = listen(hummed, select=("NO01",)).findings[0].stems[0]
    (hummed / "earmark.toml").write_text(f'[[ignore]]\nrule = "hum"\nstem = "{stem}"\nbecause = "the amp"')
    report = listen(hummed, select=("NO01",))
    assert [finding.answered for finding in report.findings] == ["on-purpose"]
    assert report.set_aside == 1
    assert not report.remains("note")


def test_what_is_set_aside_on_another_stem_is_asked_and_the_ignore_reported(hummed):
    (hummed / "earmark.toml").write_text('[[ignore]]\nrule = "hum"\nstem = "Gone"\nbecause = "the amp"')
    report = listen(hummed, select=("NO01",))
    assert report.remains("question")
    assert "earmark.toml sets aside hum on Gone, and nothing like it is heard any more; take it out" in report.remarks


def test_an_ignore_whose_rule_did_not_listen_is_not_called_unused(hummed):
    (hummed / "earmark.toml").write_text('[[ignore]]\nrule = "hum"\nstem = "Gone"\nbecause = "the amp"')
    assert not listen(hummed, ignore=("hum",)).remarks


def test_confirmed_roles_reach_the_stems(plain):
    (plain / "earmark.toml").write_text('[roles]\nkeys = "lead-vocal"')
    roles = {stem.name: (stem.role, stem.role_confirmed) for stem in listen(plain).session.stems}
    assert roles["keys"] == ("lead-vocal", True)
    assert not roles["bass"][1]


# --- measurements -----------------------------------------------------------------


def test_numbers_of_every_stem_are_there_when_asked_for_and_only_then(plain):
    assert listen(plain).measurements == {}
    numbers = listen(plain, measurements=True).measurements
    assert set(numbers) == {"bass", "keys"}
    # a sine of amplitude 0.1 peaks at 20 dB under full scale
    assert numbers["keys"]["sample_peak_dbfs"] == pytest.approx(-20.0, abs=0.01)
    assert numbers["keys"]["true_peak_dbtp"] == pytest.approx(-20.0, abs=0.05)
    assert numbers["keys"]["rms_dbfs"] == pytest.approx(-23.01, abs=0.02)


def test_silence_has_no_loudness_rather_than_a_number(tmp_path):
    folder = on_disk(tmp_path, scenes.session(RATE_HZ, bass=tone(82.4), empty=np.zeros(RATE_HZ)))
    numbers = listen(folder, measurements=True).measurements["empty"]
    assert numbers["integrated_lufs"] is None
    assert numbers["sample_peak_dbfs"] is None


# --- names and bad input ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["two words", "100%", "new\nline", "caf\udce9", "[bold]", "-o", "ギター"])
def test_a_stem_may_be_called_anything(tmp_path, name):
    folder = on_disk(tmp_path, scenes.session(RATE_HZ, bass=tone(82.4)))
    (folder / "bass.wav").rename(folder / f"{name}.wav")
    assert [stem.name for stem in listen(folder, measurements=True).session.stems] == [name]


def test_a_file_that_is_no_sound_is_no_end_of_the_run(plain):
    (plain / "noise.wav").write_text("this is text")
    report = listen(plain, measurements=True)
    assert len(report.session.stems) == 3
    assert set(report.measurements["noise"].values()) == {None}
