"""A comparison as `earmark/compare/1`: typed, so that docs/compare.schema.json is built from what is written."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from earmark import __version__
from earmark.features.rebounce import Sameness
from earmark.features.stretches import How, Stretch
from earmark.features.twins import Twin
from earmark.model import Session, Stem
from earmark.printable import encodable
from earmark.reports.comparison import Comparison, differs, words
from earmark.reports.document import file_of, written

SCHEMA: Literal["earmark/compare/1"] = "earmark/compare/1"


class StretchRow(msgspec.Struct, frozen=True):
    """A stretch that differs, in seconds of the new session."""

    start_s: float
    end_s: float
    how: How
    moved_samples: int
    gain_db: float


class FileRow(msgspec.Struct, frozen=True):
    """One of the two files."""

    name: str
    file: str | None
    sample_rate_hz: int | None
    channels: int
    frames: int
    container: str
    encoding: str


class StemRow(msgspec.Struct, frozen=True):
    """What became of one stem. `became` is null where there is only one of the two."""

    old: FileRow | None
    new: FileRow | None
    became: Sameness | None
    differs: bool
    renamed: bool
    moved_samples: int
    gain_db: float
    upside_down: bool
    left_db: float | None
    exact: bool
    stretches: list[StretchRow]
    text: str


class AnswersRow(msgspec.Struct, frozen=True):
    """Answers given for the old session, counted in findings."""

    given: int
    holding: int
    already: int
    carried: int


class SideRow(msgspec.Struct, frozen=True):
    """One of the two sessions."""

    name: str
    path: str | None


class Document(msgspec.Struct, frozen=True):
    """The whole comparison."""

    schema: Literal["earmark/compare/1"]
    earmark: str
    old: SideRow
    new: SideRow
    differs: bool
    stems: list[StemRow]
    answers: AnswersRow | None
    remarks: list[str]


def as_json(comparison: Comparison) -> str:
    """The comparison as text."""
    return msgspec.json.format(msgspec.json.encode(document(comparison)), indent=1).decode("utf-8") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of what `as_json` writes; docs/compare.schema.json is this."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA}
    return {**head, **msgspec.json.schema(Document)}


def document(comparison: Comparison) -> Document:
    """The comparison, typed."""
    given = comparison.answers
    return Document(
        schema=SCHEMA,
        earmark=__version__,
        old=side(comparison.old),
        new=side(comparison.new),
        differs=comparison.differs(),
        stems=[stem_row(twin) for twin in comparison.twins],
        answers=AnswersRow(given.given, given.holding, given.already, given.carried) if given else None,
        remarks=[encodable(remark) for remark in comparison.remarks],
    )


def side(session: Session) -> SideRow:
    """One of the two sessions."""
    return SideRow(encodable(session.name), written(session.path))


def stem_row(twin: Twin) -> StemRow:
    """One stem."""
    became = twin.became
    return StemRow(
        old=file_row(twin.old),
        new=file_row(twin.new),
        became=became.sameness if became else None,
        differs=differs(twin),
        renamed=twin.renamed,
        moved_samples=became.moved_samples if became else 0,
        gain_db=became.gain_db if became else 0.0,
        upside_down=became.upside_down if became else False,
        left_db=became.left_db if became else None,
        exact=became.exact if became else False,
        stretches=[stretch_row(each) for each in became.stretches] if became else [],
        text="; ".join(words(twin)),
    )


def stretch_row(part: Stretch) -> StretchRow:
    """One stretch."""
    return StretchRow(part.start_s, part.end_s, part.how, part.moved_samples, part.gain_db)


def file_row(stem: Stem | None) -> FileRow | None:
    """One file."""
    if stem is None:
        return None
    facts = stem.known
    rate_hz = facts.rate_hz or None
    return FileRow(
        encodable(stem.name), file_of(stem), rate_hz, facts.channels, facts.frames, facts.container, facts.encoding
    )
