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
from earmark.errors import UsageError, did_you_mean
from earmark.features.engine import Measurements
from earmark.features.feature import SessionFeature, StemFeature, Unheard
from earmark.model import SEVERITIES, Finding, NotListenedFor, Option, Session
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE_FILE = re.compile(r"[a-z]{2}\d\d_[a-z0-9_]+$")
PROFILE = "profile"  # the one keyword of `check` that is no setting
HEADINGS = ("Hears", "Matters", "Fine", "Misses", "Try")


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """One rule file, imported."""

    rule: Rule
    module: ModuleType
    feature: type

    @property
    def code(self) -> str:
        """Two letters and two digits."""
        return self.rule.code

    @property
    def name(self) -> str:
        """What people call it."""
        return self.rule.name

    @property
    def family(self) -> str:
        """The folder it lies in."""
        return self.module.__name__.split(".")[-2]

    def settings(self) -> dict[str, Any]:
        """The keyword options of `check` with their defaults: the schema of `[rules.CODE]`."""
        options = inspect.signature(self.module.check).parameters.values()
        keywords = (option for option in options if option.kind is option.KEYWORD_ONLY and option.name != PROFILE)
        return {option.name: option.default for option in keywords}

    @property
    def takes_profile(self) -> bool:
        """Whether `check` is handed the delivery profile that was chosen."""
        return PROFILE in inspect.signature(self.module.check).parameters

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What it holds against a delivery profile."""
        return getattr(self.module, "QUANTITIES", ())

    def suggest(self, finding: Finding) -> Iterator[Option]:
        """What could be done about one finding of this rule."""
        yield from self.module.suggest(finding)

    def example(self) -> tuple[Session, Session]:
        """A session in which it has something to ask, and the same one in which it has not."""
        heard, quiet = self.module.example()
        return heard, quiet

    def summary(self) -> str:
        """The first line of its text."""
        return inspect.cleandoc(self.module.__doc__ or "").partition("\n")[0]

    def text(self) -> dict[str, str]:
        """What it says about itself, under each of `HEADINGS`, as written."""
        parts = re.split(rf"^({'|'.join(HEADINGS)})$", inspect.cleandoc(self.module.__doc__ or ""), flags=re.MULTILINE)
        return {heading: inspect.cleandoc(text) for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules said, and which kept silent and why."""

    findings: tuple[Finding, ...]
    not_listened_for: tuple[NotListenedFor, ...]


@cache
def rules() -> tuple[LoadedRule, ...]:
    """Every rule, sorted by code."""
    return tuple(sorted((load(name) for name in rule_files()), key=lambda loaded: loaded.code))


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


def called(word: str) -> tuple[LoadedRule, ...]:
    """The rules that a word means: one by its code or name, or a family by the letters of its codes."""
    key = word.strip()
    found = tuple(r for r in rules() if key.upper() in (r.code, r.code[:2]) or key.lower() in (r.name, r.family))
    if not found:
        known = [known for loaded in rules() for known in (loaded.code, loaded.name)]
        guess = did_you_mean(key, known) or did_you_mean(key.upper(), known)
        raise UsageError(f"there is no rule {key!r}{guess or '; earmark rules lists them'}")
    return found


def all_called(words: Collection[str]) -> set[str]:
    """The codes of all rules that these words mean."""
    return {loaded.code for word in words for loaded in called(word)}


def wanted(chosen: Collection[LoadedRule]) -> set[type]:
    """The features that these rules are fed."""
    return {loaded.feature for loaded in chosen}


def judge(
    measured: Measurements,
    chosen: Collection[LoadedRule],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    profile: Profile | None = None,
) -> Judged:
    """Show every chosen rule its features, in order of codes. `settings` are options of `check` by code.

    `profile` is what the chosen delivery profile asks at this stage, for the rules that take it.
    """
    findings: list[Finding] = []
    silent: list[NotListenedFor] = []
    for loaded in chosen:
        options = {**(settings or {}).get(loaded.code, {}), **({PROFILE: profile} if loaded.takes_profile else {})}
        for feature in fed(loaded, measured):
            if isinstance(feature, Unheard):
                silent.append(NotListenedFor(loaded.code, loaded.name, feature.because))
            else:
                findings += [
                    capped(placed(found, feature), loaded.rule) for found in loaded.module.check(feature, **options)
                ]
    return Judged(tuple(findings), tuple(silent))


def fed(loaded: LoadedRule, measured: Measurements) -> tuple[Any, ...]:
    """The features one rule is shown, or the reason why there is none."""
    if issubclass(loaded.feature, SessionFeature):
        return (measured.whole(loaded.feature),)
    features = measured.of_kind(loaded.feature)
    if "confirmed-role" in loaded.rule.needs and issubclass(loaded.feature, StemFeature):
        return tuple(feature for feature in features if feature.stem.role_confirmed)
    return features


def placed(finding: Finding, feature: object) -> Finding:
    """The finding in session time: a stem's own time starts where the stem does."""
    if not isinstance(feature, StemFeature) or finding.start_s is None or finding.end_s is None:
        return finding
    start_s = feature.stem.start_s
    return replace(finding, start_s=finding.start_s + start_s, end_s=finding.end_s + start_s)


def capped(finding: Finding, rule: Rule) -> Finding:
    """The finding, no graver than its rule may ever be."""
    return replace(finding, severity=min(finding.severity, rule.ceiling, key=SEVERITIES.index))
