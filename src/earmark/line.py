"""The whole program on one screen: find, probe, measure, judge, recall, gather; then somebody is told or asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from earmark.audio import probe
from earmark.errors import SettingsError
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.ledger import Ledger, place_of, prints_of
from earmark.model import Session, Stage
from earmark.reports.measured import kinds_measured, measured_of
from earmark.reports.report import Listened, Report
from earmark.rules.catalogue import judge, wanted
from earmark.rules.choice import balanced, choose, options, profile_of, stage_of
from earmark.rules.set_aside import set_aside
from earmark.session import find
from earmark.session.roles import confirm
from earmark.settings import Settings, file_of, load
from earmark.suggestions import gather

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of the line, as `earmark check` takes it."""

    paths: tuple[Path, ...]
    mix: Path | None = None
    recursive: bool = False
    stage: Stage | None = None
    profile: str | None = None  # what it is delivered to
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    jobs: int | None = None
    cached: bool = True
    state: Path | None = None
    render: bool = False  # listen to what the DAW plays, after plug-ins and faders
    deep: bool = False  # also the rules that take long: pitch and timing
    measurements: bool = False  # report each stem's numbers, whether or not a rule asks for them


def walk(request: Request, progress: Progress | None = None) -> Iterator[Report]:
    """One report per session that the paths hold."""
    for session in find(request.paths, mix=request.mix, recursive=request.recursive):
        yield listen(session, request, progress)


def listen(found: Session, request: Request, progress: Progress | None = None) -> Report:
    """Everything earmark has to say about one session."""
    place = place_of(found, request.state)
    settings = load(file_of(found))
    if request.render:
        from earmark.audio.rendering import rendered_session

        found = rendered_session(found, place.folder / "render")
    session = probe(with_roles(found, settings))
    profile = profile_of(request.profile, settings.profile, settings.path)
    stage, because = stage_of(session, request.stage, settings.stage, profile)
    profile = profile.at(stage) if profile else None
    choice = choose(session, stage, request.select, request.ignore, profile, deep=request.deep)
    tuned = options(settings.path, settings.rules)
    kinds = {*wanted(choice.listening), StemEnvelope, *(kinds_measured() if request.measurements else ())}
    cache = place.cache if request.cached else None
    measured = measure(session, kinds, jobs=request.jobs, cache=cache, progress=progress)
    session = balanced(session, measured)
    judged = judge(measured, choice.listening, tuned, profile)
    with Ledger.at(place) as ledger:
        prints = prints_of(measured.of_kind(StemEnvelope))
        recalled = ledger.recall(judged.findings, prints)
        aside = set_aside(settings.path, recalled, settings.ignore, choice.listening)
        cards = gather(aside.findings, session)
        ledger.remember(aside.findings, prints, cards)
        short_ids = ledger.short_ids()
    told = (*(profile.remarks if profile else ()), *session.remarks, *measured.remarks, *aside.remarks)
    return Report(
        session=session,
        stage=stage,
        stage_because=because,
        findings=tuple(finding for card in cards for finding in card.findings),
        cards=cards,
        not_listened_for=(*choice.silent, *judged.not_listened_for),
        measurements=measured_of(measured) if request.measurements else {},
        remarks=(*told, *((place.remark,) if place.remark else ())),
        short_ids=short_ids,
        set_aside=aside.count,
        listened_for=tuple(map(Listened.of, choice.listening)),
        envelopes={envelope.stem.name: envelope for envelope in measured.of_kind(StemEnvelope)},
    )


def with_roles(found: Session, settings: Settings) -> Session:
    """The session with the roles that earmark.toml confirms; a role nobody knows is refused by the file's name."""
    try:
        return confirm(found, settings.roles)
    except SettingsError as trouble:
        raise SettingsError(f"{settings.path}: {trouble}") from trouble
