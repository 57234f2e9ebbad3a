"""The report for a build server: a suite per session, a test per stem and rule that listened to it.

What listens between stems, or to the whole session, is one test of the session; so is a rule that kept silent, which is
skipped with its reason. The names stay the same from run to run, so that what was found and then went is seen to
have gone. A finding that waits for an answer, as grave as `--fail-on`, is a failure; a lesser one passes and is told in
the test's output. What was answered passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from earmark.model import SEVERITIES, Finding, Severity
from earmark.printable import printable
from earmark.reports.numbers import place
from earmark.reports.report import Listened, Report, is_open

NO_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(reports: Iterable[Report], floor: Severity | None) -> str:
    """All reports as one document; `floor` is the severity from which on an open finding fails, None for never."""
    root = ElementTree.Element("testsuites", name="earmark")
    for report in reports:
        root.append(suite(report, floor))
    count(root, list(root.iter("testcase")))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def suite(report: Report, floor: Severity | None) -> ElementTree.Element:
    """One session."""
    name = clean(report.session.name)
    made = ElementTree.Element("testsuite", name=name)
    properties = ElementTree.SubElement(made, "properties")
    for key, value in (("stage", report.stage), ("stage because", report.stage_because)):
        ElementTree.SubElement(properties, "property", name=key, value=clean(value))
    made.extend(tests(report, name, floor))
    count(made, made.findall("testcase"))
    return made


def tests(report: Report, suite_name: str, floor: Severity | None) -> Iterator[ElementTree.Element]:
    """Every test of a session: first those of each stem, then those of the session, then the skipped."""
    found = by_test(report)
    silent = {each.code: each for each in report.not_listened_for}
    stems = [*report.session.stems, *([report.session.mix] if report.session.mix else [])]
    for stem in stems:
        for rule in report.listened_for:
            if rule.per_stem and (rule.code not in silent or (stem.name, rule.code) in found):
                heard = found.pop((stem.name, rule.code), [])
                yield test(f"{suite_name}.{clean(stem.name)}", rule, heard, floor)
    for rule in report.listened_for:
        heard = found.pop(("", rule.code), [])
        if heard or not (rule.per_stem or rule.code in silent):
            yield test(suite_name, rule, heard, floor)
    for each in silent.values():
        skipped = ElementTree.Element("testcase", classname=suite_name, name=f"{each.code} {each.name}", time="0")
        ElementTree.SubElement(skipped, "skipped", message=clean(each.because))
        yield skipped


def by_test(report: Report) -> dict[tuple[str, str], list[Finding]]:
    """The findings under stem and code, or under no stem where they are about several."""
    per_stem = {rule.code for rule in report.listened_for if rule.per_stem}
    names = {stem.name for stem in report.session.stems}
    names |= {report.session.mix.name} if report.session.mix else set()
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        alone = finding.code in per_stem and len(finding.stems) == 1 and finding.stems[0] in names
        found.setdefault((finding.stems[0] if alone else "", finding.code), []).append(finding)
    return found


def test(owner: str, rule: Listened, heard: Sequence[Finding], floor: Severity | None) -> ElementTree.Element:
    """One rule, and what it found there."""
    made = ElementTree.Element("testcase", classname=owner, name=f"{rule.code} {rule.name}", time="0")
    waiting = sorted(filter(is_open, heard), key=lambda finding: -SEVERITIES.index(finding.severity))
    failing = [each for each in waiting if floor and SEVERITIES.index(each.severity) >= SEVERITIES.index(floor)]
    if failing:
        first = failing[0]
        failure = ElementTree.SubElement(made, "failure", message=clean(first.message), type=first.severity)
        failure.text = "\n".join(map(told, failing))
    rest = [each for each in heard if each not in failing]
    if rest:
        ElementTree.SubElement(made, "system-out").text = "\n".join(map(told, rest))
    return made


def told(finding: Finding) -> str:
    """A finding in one line."""
    answer = f" [{finding.answered}]" if finding.answered else ""
    at = place(finding.start_s, finding.end_s)
    return clean(f"{finding.id} {finding.severity}{answer}, {at}: {finding.message} (doubt: {finding.doubt})")


def count(element: ElementTree.Element, cases: Sequence[ElementTree.Element]) -> None:
    """The numbers that build servers show."""
    counts: Mapping[str, int] = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": 0,
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    for key, value in counts.items():
        element.set(key, str(value))
    element.set("time", "0")


def clean(text: str) -> str:
    """One line of characters that XML has."""
    return NO_XML.sub("\ufffd", printable(text))
