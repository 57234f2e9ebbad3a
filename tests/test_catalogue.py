"""What every rule owes, asked of each rule that is found. A new rule is asked the same without an edit here."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from earmark.features.feature import PairFeature, SessionFeature, StemFeature
from earmark.model import SEVERITIES, STAGES, Option
from earmark.reports.document import plain
from earmark.rules.catalogue import HEADINGS, LoadedRule, called, rules
from hearing import FORBIDDEN, hear

TESTS = Path(__file__).resolve().parent
FAMILIES = {
    "FI": "file",
    "PK": "pack",
    "LV": "level",
    "PH": "phase",
    "NO": "noise",
    "MA": "masking",
    "MI": "microphone",
    "PF": "performance",
    "MX": "mix",
}
EVERY_RULE = pytest.mark.parametrize("loaded", rules(), ids=lambda loaded: loaded.code)


def file_of_tests(loaded: LoadedRule) -> Path:
    return TESTS / "rules" / loaded.family / f"test_{loaded.module.__name__.rpartition('.')[2]}.py"


def claims(loaded: LoadedRule, beginning: str) -> list[str]:
    tree = ast.parse(file_of_tests(loaded).read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(beginning)]


# --- names ---------------------------------------------------------------------


def test_there_are_rules():
    assert rules()


def test_no_code_and_no_name_is_used_twice():
    used = [word for loaded in rules() for word in (loaded.code, loaded.name)]
    assert len(used) == len(set(used))


@EVERY_RULE
def test_the_file_is_called_by_code_and_name(loaded):
    file = loaded.module.__name__.rpartition(".")[2]
    assert file == f"{loaded.code.lower()}_{loaded.name.replace('-', '_')}"
    assert loaded.family == FAMILIES[loaded.code[:2]]


@EVERY_RULE
def test_a_rule_is_found_by_code_name_and_family(loaded):
    assert called(loaded.code.lower()) == called(loaded.name.upper()) == (loaded,)
    assert loaded in called(loaded.code[:2])
    assert loaded in called(loaded.family)


# --- the declaration -----------------------------------------------------------


@EVERY_RULE
def test_a_rule_speaks_at_known_stages_and_up_to_a_known_severity(loaded):
    assert loaded.rule.stages
    assert loaded.rule.stages <= set(STAGES)
    assert loaded.rule.ceiling in SEVERITIES
    assert loaded.rule.worse_by != 0


@EVERY_RULE
def test_the_text_has_all_headings_in_order_and_something_under_each(loaded):
    assert tuple(loaded.text()) == HEADINGS
    assert all(loaded.text().values())
    assert loaded.summary().endswith(".")


@EVERY_RULE
def test_check_is_fed_a_feature_and_everything_else_is_a_setting(loaded):
    first, *others = inspect.signature(loaded.module.check).parameters.values()
    assert issubclass(loaded.feature, (StemFeature, PairFeature, SessionFeature))
    assert [option.name for option in others if option.name != "profile"] == list(loaded.settings())
    hints = get_type_hints(loaded.module.check)
    assert all(hints[name] in (float, int, bool, str) for name in loaded.settings()), first


@EVERY_RULE
def test_the_default_of_a_setting_is_of_its_type(loaded):
    hints = get_type_hints(loaded.module.check)
    assert {name: type(default) for name, default in loaded.settings().items()} == {
        name: hints[name] for name in loaded.settings()
    }


# --- the example ---------------------------------------------------------------


@EVERY_RULE
def test_the_example_is_heard_where_it_is_planted_and_nowhere_else(loaded):
    planted, quiet = loaded.example()
    assert hear(planted, loaded.code)
    assert not hear(quiet, loaded.code)


@EVERY_RULE
def test_a_finding_says_all_that_evidence_asks_for(loaded):
    session = loaded.example()[0]
    for finding in hear(session, loaded.code):
        assert (finding.code, finding.name) == (loaded.code, loaded.name)
        assert math.isfinite(finding.value)
        assert 0.0 <= finding.confidence <= 1.0
        assert finding.unit
        assert finding.message.strip()
        assert finding.doubt.strip()
        assert finding.stems
        assert set(finding.stems) <= {stem.name for stem in (*session.stems, *filter(None, [session.mix]))}
        assert (finding.start_s is None) == (finding.end_s is None)
        assert SEVERITIES.index(finding.severity) <= SEVERITIES.index(loaded.rule.ceiling)
        json.dumps(plain(finding.evidence), allow_nan=False)


@EVERY_RULE
def test_every_option_is_told_with_what_it_gains_and_costs(loaded):
    for finding in hear(loaded.example()[0], loaded.code):
        options = list(loaded.suggest(finding))
        assert options, "something beside leaving it"
        for option in options:
            assert isinstance(option, Option)
            assert option.text.strip()
            assert option.gain_text.strip()
            assert option.cost_text.strip()


@EVERY_RULE
def test_what_is_said_of_the_example_judges_nobodys_music(loaded):
    for finding in hear(loaded.example()[0], loaded.code):
        options = [text for each in loaded.suggest(finding) for text in (each.text, each.gain_text, each.cost_text)]
        assert not FORBIDDEN.search(" / ".join([finding.message, finding.doubt, *options]))


# --- its tests -----------------------------------------------------------------


@EVERY_RULE
@pytest.mark.parametrize("beginning", ["test_fires_", "test_quiet_"])
def test_a_rule_has_two_claims_of_each_kind(loaded, beginning):
    assert len(claims(loaded, beginning)) >= 2


@EVERY_RULE
def test_the_tests_notice_a_rule_that_never_fires(loaded, monkeypatch):
    with monkeypatch.context() as patch:
        assert not survives(loaded, never, "test_fires_", patch)


@EVERY_RULE
def test_the_tests_notice_a_rule_that_always_fires(loaded, monkeypatch):
    with monkeypatch.context() as patch:
        assert not survives(loaded, always(loaded), "test_quiet_", patch)


def survives(loaded: LoadedRule, check: Callable[..., Any], beginning: str, patch: pytest.MonkeyPatch) -> bool:
    """Whether no claim that can be called as it stands fails with another `check` in the rule's place."""
    module = imported(file_of_tests(loaded))
    check.__signature__ = inspect.signature(loaded.module.check)  # type: ignore[attr-defined]
    for place in (loaded.module, module):
        if hasattr(place, "check"):
            patch.setattr(place, "check", check)
    return all(holds(getattr(module, name)) for name in claims(loaded, beginning) if callable_alone(module, name))


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"mutants.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def callable_alone(module: ModuleType, name: str) -> bool:
    return not inspect.signature(getattr(module, name)).parameters


def holds(claim: Callable[[], None]) -> bool:
    try:
        claim()
    except (AssertionError, pytest.fail.Exception, ValueError, IndexError, StopIteration):
        return False
    return True


def never(feature: object, **settings: object) -> Iterator[Any]:
    return iter(())


def always(loaded: LoadedRule) -> Callable[..., Iterator[Any]]:
    def check(feature: Any, **settings: object) -> Iterator[Any]:
        yield loaded.rule.finding(loaded.rule.ceiling, named(feature), 0.0, "dB", "forced", "forced", confidence=1.0)

    return check


def named(feature: StemFeature | PairFeature | SessionFeature) -> tuple[str, ...]:
    if isinstance(feature, StemFeature):
        return (feature.stem.name,)
    stems = feature.stems if isinstance(feature, PairFeature) else feature.session.stems
    return tuple(stem.name for stem in stems)


# --- its page ------------------------------------------------------------------


@EVERY_RULE
def test_the_built_page_shows_the_rule_with_its_text(loaded):
    pages = imported(TESTS.parent / "docs" / "built_pages.py")
    page = pages.built_pages()["rules.md"]
    section = page.partition(f"## {loaded.code} {loaded.name}\n")[2]
    assert all(f"**{heading}.**" in section for heading in HEADINGS)
    assert all(re.search(rf"^{name} = ", section, re.MULTILINE) for name in loaded.settings())
