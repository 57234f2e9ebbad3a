"""The song that the demo plays: its form, its chords, its tune. 108 beats a minute, in G, 40.5 seconds.

Beats count from 0. What is written here is the page; `band` is the players.
"""

from __future__ import annotations

from dataclasses import dataclass

TEMPO_BPM = 108.0
BEAT_S = 60 / TEMPO_BPM
BAR_S = 4 * BEAT_S
DURATION_S = 40.5
LEAD_IN_S = 0.25  # so that nothing starts on the file's first sample


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the form, in bars."""

    name: str
    first_bar: int
    bars: int

    @property
    def span_s(self) -> tuple[float, float]:
        """Where it lies in the recording."""
        return bar_s(self.first_bar), bar_s(self.first_bar + self.bars)


def bar_s(bar: float, beat: float = 0.0) -> float:
    """When a bar (and a beat of it) begins."""
    return LEAD_IN_S + bar * BAR_S + beat * BEAT_S


INTRO = Part("Intro", 0, 2)
VERSE = Part("Verse", 2, 4)
CHORUS = Part("Chorus 1", 6, 4)
BREAK = Part("Break", 10, 2)
LAST_CHORUS = Part("Chorus 2", 12, 4)
ENDING = Part("Ending", 16, 1)
FORM = (INTRO, VERSE, CHORUS, BREAK, LAST_CHORUS, ENDING)

# One chord a bar.
CHORDS = ("C", "G", "Em", "C", "G", "D", "C", "G", "D", "Em", "Am", "D", "C", "G", "D", "Em", "G")
BASS_ROOTS = {"C": "C2", "G": "G1", "Em": "E1", "D": "D2", "Am": "A1"}
KEYS = {
    "C": ("E3", "G3", "C4", "D4"),
    "G": ("D3", "G3", "B3", "D4"),
    "Em": ("E3", "G3", "B3", "D4"),
    "D": ("D3", "F#3", "A3", "E4"),
    "Am": ("E3", "A3", "C4", "G4"),
}

# (beat, length in beats, pitch, syllable), one phrase a bar.
Phrase = tuple[tuple[float, float, str, str], ...]
VERSE_TUNE: tuple[Phrase, ...] = (
    ((0.5, 0.5, "B4", "so"), (1.0, 0.5, "B4", "ma"), (1.5, 0.5, "A4", "ni"), (2.0, 1.1, "G4", "le")),
    ((0.5, 0.5, "G4", "ta"), (1.0, 0.5, "A4", "ke"), (1.5, 0.5, "B4", "mi"), (2.0, 1.1, "G4", "no")),
    ((0.5, 0.5, "B4", "ho"), (1.0, 0.5, "D5", "la"), (1.5, 0.5, "B4", "se"), (2.0, 1.1, "A4", "ma")),
    ((0.5, 0.5, "A4", "li"), (1.0, 0.5, "B4", "to"), (1.5, 0.5, "A4", "na"), (2.0, 1.1, "F#4", "la")),
)
CHORUS_TUNE: tuple[Phrase, ...] = (
    ((0.0, 1.0, "E5", "ha"), (1.0, 0.5, "D5", "li"), (1.5, 0.5, "C5", "lo"), (2.0, 1.2, "D5", "na")),
    ((0.0, 1.0, "B4", "so"), (1.0, 0.5, "A4", "la"), (1.5, 0.5, "G4", "me"), (2.0, 1.2, "B4", "na")),
    ((0.0, 0.5, "A4", "te"), (0.5, 0.5, "B4", "la"), (1.0, 1.0, "D5", "ma"), (2.0, 1.2, "A4", "lo")),
    ((0.0, 0.75, "B4", "sa"), (0.75, 0.25, "A4", "le"), (1.0, 1.0, "G4", "no"), (2.0, 1.2, "G4", "ma")),
)
# The backing singers' two notes under each bar of a chorus.
HARMONY = {"C": ("G4", "C5"), "G": ("D4", "G4"), "D": ("F#4", "A4"), "Em": ("E4", "G4")}
