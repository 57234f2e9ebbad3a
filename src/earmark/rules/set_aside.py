"""What the engineer has set aside in advance, by `[[ignore]]` in earmark.toml."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from earmark.errors import SettingsError, UsageError
from earmark.model import Finding
from earmark.rules.catalogue import LoadedRule, called
from earmark.settings import Ignore


@dataclass(frozen=True, slots=True)
class SetAside:
    """All findings, those set aside among them as meant on purpose, and what is no longer of use."""

    findings: tuple[Finding, ...]
    count: int
    remarks: tuple[str, ...]


def set_aside(
    path: Path | None, findings: Sequence[Finding], ignores: Sequence[Ignore], listening: Collection[LoadedRule]
) -> SetAside:
    """Answer what an ignore answers. One that matches nothing any more is reported, if its rule did listen."""
    codes = [codes_of(path, ignore) for ignore in ignores]
    hits = [[matches(finding, ignore, own) for finding in findings] for ignore, own in zip(ignores, codes, strict=True)]
    answered = tuple(
        replace(finding, answered="on-purpose") if finding.answered is None and any(column) else finding
        for finding, column in zip(findings, zip(*hits, strict=True) if hits else [()] * len(findings), strict=True)
    )
    heard = {loaded.code for loaded in listening}
    unused = [i for i, own, row in zip(ignores, codes, hits, strict=True) if own & heard and not any(row)]
    return SetAside(
        findings=answered,
        count=sum(new is not old for new, old in zip(answered, findings, strict=True)),
        remarks=tuple(unused_remark(ignore) for ignore in unused),
    )


def codes_of(path: Path | None, ignore: Ignore) -> set[str]:
    """The codes of the rules that one ignore is about."""
    try:
        return {loaded.code for loaded in called(ignore.rule)}
    except UsageError as trouble:
        raise SettingsError(f"{path}: [[ignore]] rule: {trouble}") from trouble


def matches(finding: Finding, ignore: Ignore, codes: Collection[str]) -> bool:
    """Whether an ignore is about this finding."""
    return finding.code in codes and (ignore.stem is None or ignore.stem in finding.stems)


def unused_remark(ignore: Ignore) -> str:
    """What is said of an ignore that matches nothing."""
    where = f" on {ignore.stem}" if ignore.stem else ""
    return f"earmark.toml sets aside {ignore.rule}{where}, and nothing like it is heard any more; take it out"
