"""One report with something of everything in it: several cards, an answer, hostile names, numbers that do not exist."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.actions import GainCurve, InvertPolarity, LeaveIt, Repair
from earmark.model import (
    Card,
    FileFacts,
    Finding,
    NotListenedFor,
    Option,
    Section,
    Session,
    SoundFile,
    Stem,
    Suggestion,
)
from earmark.reports.report import Report

HOSTILE = "[bold]100%\n" + os.fsdecode(b"caf\xe9")
FACTS = FileFacts(rate_hz=44_100, channels=1, frames=44_100 * 163, container="FLAC", encoding="PCM_16", bits=16)
LEAVE = Option(LeaveIt(), "leave it", "nothing changes", "the hum stays in the pauses")


def stem(name: str) -> Stem:
    return Stem(name, SoundFile(Path("/song") / f"{name}.flac"), role="unknown", facts=FACTS)


def finding(number: int, **changes: object) -> Finding:
    base = Finding(
        code="NO01",
        name="hum",
        severity="question",
        stems=("04 clean electric guitar",),
        value=-77.0,
        unit="dBFS",
        message="A steady tone at 50.0 Hz with five harmonics sounds in the pauses, 18 dB above what is around it.",
        doubt="a bass note held through every pause would look the same",
        confidence=0.97,
        threshold=-80.0,
        start_s=23.54,
        end_s=24.30,
        band_hz=(49.0, 51.0),
        evidence={"harmonics_dbfs": [-77.0, -95.0, float("nan")]},
        worse_by=3.0,
        id=f"{number:08x}",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def card(number: int, title: str, *findings: Finding, options: tuple[Option, ...] = (LEAVE,)) -> Card:
    name = f"c{number}"
    held = tuple(replace(each, card=name) for each in findings)
    return Card(name, title, held[0].stems, held, Suggestion(f"s{number}", options))


def whole_report() -> Report:
    cards = (
        card(
            1,
            "Kick Out: upside down",
            finding(
                0x7F3A91C2,
                code="PH01",
                name="polarity-flip",
                stems=("Kick In", "Kick Out"),
                value=-0.93,
                unit="correlation",
                threshold=-0.7,
                start_s=None,
                end_s=None,
                band_hz=None,
            ),
            options=(
                Option(InvertPolarity("Kick Out"), "turn Kick Out upside down", "+5.1 dB below 120 Hz", ""),
                LEAVE,
            ),
        ),
        card(
            2,
            "04 clean electric guitar: hum",
            finding(0x7F3B0000),
            finding(0x12345678, start_s=61.0, end_s=70.0, confidence=0.8),
            finding(0x22345678, start_s=81.0, end_s=81.02, confidence=0.7),
            finding(0x32345678, start_s=101.0, end_s=110.0, confidence=0.6),
            options=(
                Option(Repair("04 clean electric guitar", "notch"), "notch 50 Hz", "the hum goes", "a little low end"),
                LEAVE,
            ),
        ),
        card(3, f"{HOSTILE}: silent", finding(0x52345678, stems=(HOSTILE,), severity="fault", value=-120.0)),
        card(
            4,
            "Vox needs riding",
            finding(0x62345678, code="PF01", name="needs-riding", severity="note", value=4.2, unit="dB"),
            options=(
                Option(
                    GainCurve("Vox", "trim", ((1.0, 2.0, 1.5),)),
                    "ride it",
                    "2.1 dB steadier",
                    "",
                    curve=((0.0, 0.0), (1.0, 1.5)),
                ),
                LEAVE,
            ),
        ),
        card(5, "Bass: hum", finding(0x72345678, stems=("Bass",), answered="on-purpose")),
    )
    stems = tuple(stem(name) for name in ("Kick In", "Kick Out", "04 clean electric guitar", HOSTILE, "Vox", "Bass"))
    return Report(
        session=Session(
            "Song", Path("/song"), stems, stem("mix"), 44_100, (Section("Chorus", 10.0, 20.0),), balance="fitted"
        ),
        stage="intake",
        stage_because="guessed from a folder of stems; --stage says otherwise",
        findings=tuple(each for card in cards for each in card.findings),
        cards=cards,
        not_listened_for=(
            NotListenedFor("LV03", "true-peak-over", "speaks at stage print or deliver"),
            NotListenedFor("LV06", "off-target-loudness", "speaks at stage print or deliver"),
            NotListenedFor("MA02", "buried-lead", "no stem's role is confirmed; earmark roles asks"),
        ),
        measurements={"Vox": {"integrated_lufs": -23.1, "true_peak_dbtp": None, "dc": float("-inf")}},
        short_ids={each.id: each.id[:4] for card in cards for each in card.findings},
        remarks=("regions as placed, before plug-ins and faders",),
    )


@pytest.fixture
def report() -> Report:
    return whole_report()
