"""Which rules listen, which keep silent and why, and with which of the engineer's options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from earmark.errors import SettingsError, UsageError, did_you_mean
from earmark.features.engine import Measurements
from earmark.features.fitted_balance import FittedBalance
from earmark.model import STAGES, Need, NotListenedFor, Session, Stage
from earmark.rules import limits
from earmark.rules.catalogue import LoadedRule, all_called, called, rules
from earmark.rules.profile import Profile, named
from earmark.settings import KINDS_OF_FILES

# what a rule may need of a session: whether it is there, and what to do where it is not
NEEDS: Mapping[Need, tuple[Callable[[Session], bool], str]] = {
    "balance": (
        lambda session: session.balance != "none" or session.mix is not None,
        "raw stems have no balance between them; --mix FILE gives one",
    ),
    "mix": (lambda session: session.mix is not None, "there is no mix beside the stems; --mix FILE names one"),
    "sections": (lambda session: bool(session.sections), "the session has no markers that name its sections"),
    "confirmed-role": (
        lambda session: any(stem.role_confirmed for stem in session.stems),
        "no stem's role is confirmed; earmark roles asks",
    ),
    "profile": (lambda session: False, "no delivery profile is chosen; --profile NAME chooses one"),
    "bleed-free": (lambda session: False, "whether the stems are free of bleed is not known"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The rules that listen, and those that do not."""

    listening: tuple[LoadedRule, ...]
    silent: tuple[NotListenedFor, ...]


def choose(
    session: Session,
    stage: Stage,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    profile: Profile | None = None,
    *,
    deep: bool = False,
) -> Choice:
    """Sort every rule into listening or silent; `select` and `ignore` are codes, names or families."""
    selected, ignored = all_called(select), all_called(ignore)
    reasons = {loaded: why_silent(loaded, session, stage, selected, ignored, profile, deep=deep) for loaded in rules()}
    return Choice(
        listening=tuple(loaded for loaded, because in reasons.items() if because is None),
        silent=tuple(NotListenedFor(loaded.code, loaded.name, why) for loaded, why in reasons.items() if why),
    )


def why_silent(
    loaded: LoadedRule,
    session: Session,
    stage: Stage,
    selected: Collection[str],
    ignored: Collection[str],
    profile: Profile | None = None,
    *,
    deep: bool = False,
) -> str | None:
    """The first reason for which a rule does not listen, or None."""
    rule = loaded.rule
    if selected and rule.code not in selected:
        return "not selected"
    if rule.code in ignored:
        return "ignored as asked"
    if not rule.selected and rule.code not in selected:
        return "listens only when selected"
    if stage not in rule.stages:
        return f"speaks at stage {' or '.join(sorted(rule.stages, key=STAGES.index))}"
    if rule.deep and not deep:
        return "takes longer than all others together; --deep listens for it"
    return next(filter(None, (why_unmet(need, loaded, session, profile) for need in sorted(rule.needs))), None)


def why_unmet(need: Need, loaded: LoadedRule, session: Session, profile: Profile | None) -> str | None:
    """Why a rule does not have what it needs, or None where it has."""
    if need == "profile" and profile is not None:
        return limits.why_silent(profile, loaded.quantities, session)
    met, because = NEEDS[need]
    return None if met(session) else because


def profile_of(asked: str | None, written: str | None, path: Path | None) -> Profile | None:
    """The delivery profile asked for, else the one written in earmark.toml, else none."""
    if asked:
        return named(asked)
    try:
        return named(written) if written else None
    except UsageError as trouble:
        raise SettingsError(f"{path}: profile: {trouble}") from trouble


def stage_of(
    session: Session, asked: Stage | None, written: Stage | None, profile: Profile | None = None
) -> tuple[Stage, str]:
    """The stage, and where it is known from: asked for, written in earmark.toml, or guessed.

    One file that is held against a profile is where that profile speaks.
    """
    if asked:
        return asked, "as asked"
    if written:
        return written, "as earmark.toml says"
    stage, seen = guessed_stage(session)
    if profile and len(session.stems) == 1 and session.kind in KINDS_OF_FILES and stage not in profile.stages:
        stage, seen = profile.stages[-1], f"one file and the profile {profile.name}"
    return stage, f"guessed from {seen}; --stage says otherwise"


def guessed_stage(session: Session) -> tuple[Stage, str]:
    """A DAW's session is being mixed; one file called a master or a mix is one; all else has just come in."""
    if session.kind not in KINDS_OF_FILES:
        return "mix", "a DAW session"
    if len(session.stems) != 1:
        return "intake", "a folder of stems"
    only = session.stems[0]
    if "master" in only.name.lower():
        return "deliver", "one file called a master"
    return ("print", "one file called a mix") if only.role == "mix" else ("intake", "one file")


def balanced(session: Session, measured: Measurements) -> Session:
    """The session with the balance that the mix gives its stems, where the fit may be relied on."""
    fitted = measured.of_session.get(FittedBalance)
    if session.balance == "none" and isinstance(fitted, FittedBalance) and fitted.trusted:
        return replace(session, balance="fitted")
    return session


def options(path: Path | None, written: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """`[rules.CODE]` of earmark.toml, by code, held against the options of each rule's `check`."""
    return {
        loaded.code: {key: option(path, loaded, key, value) for key, value in table.items()}
        for name, table in written.items()
        for loaded in [one_called(path, name)]
    }


def one_called(path: Path | None, name: str) -> LoadedRule:
    """The one rule of this code or name."""
    try:
        found = called(name)
    except UsageError as trouble:
        raise SettingsError(f"{path}: [rules.{name}]: {trouble}") from trouble
    if len(found) > 1 or name.upper() == found[0].code[:2]:
        raise SettingsError(f"{path}: [rules.{name}] is a family; name one rule, such as [rules.{found[0].code}]")
    return found[0]


def option(path: Path | None, loaded: LoadedRule, key: str, value: object) -> object:
    """One option of one rule, known and of its type."""
    defaults = loaded.settings()
    if key not in defaults:
        guess = did_you_mean(key, defaults) or f"; it has {', '.join(defaults) or 'none'}"
        raise SettingsError(f"{path}: [rules.{loaded.code}] has no option {key}{guess}")
    kind = get_type_hints(loaded.module.check)[key]
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise SettingsError(
            f"{path}: [rules.{loaded.code}] {key} is {value!r}; it must be {spoken(kind)}, such as {defaults[key]!r}"
        )
    return value


def spoken(kind: type) -> str:
    """A type, as a person says it."""
    return {float: "a number", int: "a whole number", bool: "true or false", str: "text"}.get(kind, str(kind))
