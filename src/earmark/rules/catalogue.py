"""Finds the rules by walking this folder, feeds each what its `check` is annotated with, gathers what they say."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints

import earmark.rules
from earmark.features.engine import Measurements
from earmark.features.feature import SessionFeature, StemFeature, Unheard
from earmark.model import Finding, NotListenedFor, Option, Session, Stage
from earmark.rules.rule import Rule

RULE_FILE = re.compile(r"[a-z]{2}\d\d_[a-z0-9_]+$")


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """One rule file, imported."""

    rule: Rule
    module: ModuleType
    feature: type

    def settings(self) -> dict[str, Any]:
        """The keyword options of `check` with their defaults: the schema of `[rules.CODE]`."""
        options = inspect.signature(self.module.check).parameters.values()
        return {option.name: option.default for option in options if option.kind is option.KEYWORD_ONLY}

    def suggest(self, finding: Finding) -> Iterator[Option]:
        """What could be done about one finding of this rule."""
        yield from self.module.suggest(finding)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules said, and which kept silent and why."""

    findings: tuple[Finding, ...]
    not_listened_for: tuple[NotListenedFor, ...]


@cache
def rules() -> tuple[LoadedRule, ...]:
    """Every rule, sorted by code."""
    return tuple(sorted((load(name) for name in rule_files()), key=lambda loaded: loaded.rule.code))


def rule_files() -> Iterator[str]:
    """Module names of all rule files."""
    for found in pkgutil.walk_packages(earmark.rules.__path__, "earmark.rules."):
        if RULE_FILE.search(found.name.rpartition(".")[2]):
            yield found.name


def load(name: str) -> LoadedRule:
    """Import one rule file; the type of the first parameter of `check` says what it is fed."""
    module = importlib.import_module(name)
    first = next(iter(inspect.signature(module.check).parameters))
    return LoadedRule(module.RULE, module, get_type_hints(module.check)[first])


def wanted(chosen: Collection[LoadedRule]) -> set[type]:
    """The features that these rules are fed."""
    return {loaded.feature for loaded in chosen}


def judge(
    measured: Measurements,
    chosen: Collection[LoadedRule],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> Judged:
    """Show every chosen rule its features, in order of codes."""
    findings: list[Finding] = []
    silent: list[NotListenedFor] = []
    for loaded in chosen:
        options = (settings or {}).get(loaded.rule.code, {})
        for feature in fed(loaded, measured):
            if isinstance(feature, Unheard):
                silent.append(NotListenedFor(loaded.rule.code, loaded.rule.name, feature.because))
            else:
                findings += [placed(found, feature) for found in loaded.module.check(feature, **options)]
    return Judged(tuple(findings), tuple(silent))


def fed(loaded: LoadedRule, measured: Measurements) -> tuple[Any, ...]:
    """The features one rule is shown, or the reason why there is none."""
    if issubclass(loaded.feature, SessionFeature):
        return (measured.whole(loaded.feature),)
    return measured.of_kind(loaded.feature)


def placed(finding: Finding, feature: object) -> Finding:
    """The finding in session time: a stem's own time starts where the stem does."""
    if not isinstance(feature, StemFeature) or finding.start_s is None or finding.end_s is None:
        return finding
    start_s = feature.stem.start_s
    return replace(finding, start_s=finding.start_s + start_s, end_s=finding.end_s + start_s)


def chosen_for(stage: Stage, session: Session) -> tuple[LoadedRule, ...]:
    """The rules that speak at this stage, by default."""
    return tuple(loaded for loaded in rules() if stage in loaded.rule.stages and loaded.rule.selected)
