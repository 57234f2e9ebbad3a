"""How strong each planted fault must be to count as faint, clear or gross: written down before anything is scored.

Each plant measures its own strength in the quantity named here. "Clear" is what an engineer would hear, or see at
once in a session, without being told of it, in an ordinary room and at an ordinary level; the levels are about hearing
and about the work, not about what a rule can do. Where hearing plays no part (a cut-off file, a pair of copies), they
are about what is lost when nobody notices. House levels, but for those with a source in their reason.
"""

from __future__ import annotations

from dataclasses import dataclass

CLASSES = ("inaudible", "faint", "clear", "gross")
DETERMINISTIC = frozenset(
    {"FI02", "FI03", "FI05", "FI07", "FI08", "PK01", "PK02", "PK03", "PK04", "PK05", "PK06", "PK07", "PK09", "PK12"}
    | {"LV01", "LV02", "LV04", "LV05", "PH01", "PH06", "NO01", "NO03", "NO04", "NO05", "NO11"}
)
TARGET_DETERMINISTIC, TARGET_REST = 0.96, 0.85  # of the lower 95 % Wilson bound at clear and gross levels


@dataclass(frozen=True, slots=True)
class Audible:
    """One fault: what its strength is measured in, where each class begins, and why there."""

    measure: str
    faint: float
    clear: float
    gross: float
    reason: str

    def severity(self, strength: float) -> str:
        """The class of one plant."""
        return CLASSES[sum(strength >= edge for edge in (self.faint, self.clear, self.gross))]


TABLE: dict[str, Audible] = {
    "FI02": Audible("s missing", 0.02, 0.1, 1.0, "a tenth of a second is a sixteenth note: an end that is not there"),
    "FI03": Audible("samples", 1, 1, 100, "one such sample can silence a filter for the rest of the song"),
    "FI05": Audible("% of rate", 0.05, 0.5, 5.0, "half a percent is 9 cents: beats against the other parts"),
    "FI07": Audible("bits unused", 3, 4, 8, "four bits are 24 dB of resolution; 16 in 24 is the common case"),
    "FI08": Audible(
        "dB of image rejection", 30, 80, 120, "every resampler sold as such rejects 80 dB; interpolators do not"
    ),
    "PK01": Audible("s", 0.02, 0.1, 1.0, "longer than a video frame by far: a part moved by it is plainly off"),
    "PK02": Audible("s early", 0.01, 0.03, 0.5, "30 ms is heard as two events (Haas 1951); half a second ruins a song"),
    "PK03": Audible("dB below full scale", 80, 90, 140, "one bit of 16 is at -90; below it nothing can be mixed"),
    "PK04": Audible("dB of cancellation", 60, 60, 90, "60 dB is a copy but for rounding"),
    "PK05": Audible("dB of cancellation", 15, 25, 35, "at 25 dB two tracks are one performance for every purpose"),
    "PK06": Audible("dB of cancellation", 40, 55, 90, "a rest 55 dB down cannot make a sound wide"),
    "PK07": Audible("dB below other side", 40, 60, 100, "a hard pan on a desk leaks -60 dB; less is no channel at all"),
    "PK09": Audible("dB over (loud - 40)", 5, 15, 30, "25 dB under the loud places: a chord cut while it rings"),
    "PK12": Audible("dB residual + 40", 10, 20, 30, "a rest 20 dB under the mix is a part out of its place"),
    "LV01": Audible(
        "dB distortion + 60", 15, 30, 45, "clipping 30 dB under the signal in its worst 20 ms crackles on most material"
    ),
    "LV02": Audible("dB distortion + 60", 15, 30, 45, "as LV01: turning it down does not take it away"),
    "LV04": Audible("dBFS + 100", 40, 50, 60, "at -50 dBFS each cut makes a step as large as an audible edit"),
    "LV05": Audible("dB", 1.0, 3.0, 6.0, "1 dB is the least that moves an image; 3 dB is heard at once"),
    "PH01": Audible("dB gained by the flip", 1.5, 3.0, 6.0, "a 3 dB step in the low end is heard at once"),
    "PH06": Audible("dB lost in mono", 1.5, 3.0, 10.0, "as PH01, for the sum of both sides"),
    "NO01": Audible(
        "dB over both limits + 20", 10, 20, 30, "fundamental at -60 dBFS and 10 dB over the quietest half second"
    ),
    "NO02": Audible(
        "dB over both limits + 20", 10, 20, 30, "-65 dBFS from 1 to 14 kHz and 50 dB under loud: bare, it is heard"
    ),
    "NO03": Audible("dB over the music", 5, 15, 25, "in the best of four bands within 5 ms, against 40 ms around it"),
    "NO04": Audible("dB over the sharpest", 3, 9, 15, "the step against the largest second difference within 20 ms"),
    "NO05": Audible(
        "dB over (loud - 40)", 10, 20, 30, "what stops lies 20 dB under the loud places or higher, for 10 ms or more"
    ),
    "NO06": Audible(
        "dB against voice + 20", 5, 12, 20, "8 dB under the voice, below 90 Hz: the woofer is seen to move"
    ),
    "NO07": Audible(
        "dB against vowel + 15", 7, 15, 21, "as loud as the vowel beside it; usual esses lie 7 to 20 under"
    ),
    "NO10": Audible(
        "dB over both limits + 20", 10, 20, 30, "-70 dBFS and 15 dB over its third of an octave in the quietest moment"
    ),
    "NO11": Audible("dB over the sharpest", 3, 9, 15, "as NO04, at the larger of its two edges"),
    "MA02": Audible(
        "dB sunk", 3.0, 6.0, 9.0, "half as loud is 10; 6 dB takes the words away, if it ends under the rest"
    ),
    "PF01": Audible("LU off", 3.0, 6.0, 9.0, "a listener turns a fader for 3 dB; 6 is plainly another level"),
}
