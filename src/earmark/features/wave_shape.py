"""What only shows from sample to sample: the largest step, and tops that stand flat at the ceiling."""

from __future__ import annotations

from typing import Any

import numpy as np

from earmark.features.flat_tops import FlatTops

NEAR_CEILING = 10.0 ** (-1.0 / 20.0)  # -1 dBFS: a flat top below it was made before this file was
MOST_RUNS = 20_000  # as many runs are kept; their number and length are known of all


class WaveShape:
    """Looks at neighbouring samples, across the seams of the blocks too."""

    def __init__(self, channels: int, lsb: float) -> None:
        self._lsb = lsb
        self._tops = [FlatTops(lsb, NEAR_CEILING) for _ in range(channels)]
        self._tail: np.ndarray | None = None
        self._seen = 0
        self._steps = np.empty((channels, 0), np.float32)
        self._largest_step, self._largest_step_at = 0.0, 0

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples), finite."""
        if not block.shape[1]:
            return
        before = block[:, :1] if self._tail is None else self._tail
        sound = np.concatenate([before, block], axis=1)
        self._look(sound, self._seen - before.shape[1])
        self._tail = sound[:, -2:].copy()
        self._seen += block.shape[1]

    def result(self, rate_hz: int) -> dict[str, Any]:
        """The fields of `Levels` that are found here."""
        if self._tail is not None:  # the very last sample has no neighbour behind it
            self._look(np.concatenate([self._tail, self._tail[:, -1:]], axis=1), self._seen - 2)
        return {
            "largest_step": self._largest_step,
            "largest_step_s": self._largest_step_at / rate_hz if self._largest_step else None,
            "touches": tuple(top.touches for top in self._tops),
            "lsb": self._lsb,
            **self._runs(),
        }

    def _look(self, sound: np.ndarray, first: int) -> None:
        self._measure_steps(sound, first)
        peaks = np.maximum(sound.max(axis=1), -sound.min(axis=1))
        for top, channel, peak in zip(self._tops, sound, peaks, strict=True):
            top.feed(channel, first, float(peak))

    def _measure_steps(self, sound: np.ndarray, first: int) -> None:
        count = sound.shape[1] - 1
        if self._steps.shape[1] < count:
            self._steps = np.empty((len(sound), count), np.float32)
        steps = np.subtract(sound[:, 1:], sound[:, :-1], out=self._steps[:, :count])
        largest = max(float(steps.max()), -float(steps.min()))
        if largest > self._largest_step:
            self._largest_step = largest
            self._largest_step_at = first + 1 + int(np.argmax(np.abs(steps).max(axis=0)))

    def _runs(self) -> dict[str, Any]:
        """Of all channels: their sums, and the first runs in order of time."""
        found = [top.runs() for top in self._tops]
        starts = np.concatenate([runs.starts_samples for runs in found])
        first = np.argsort(starts, kind="stable")[:MOST_RUNS]
        channels = np.repeat(np.arange(len(found)), [runs.drops.size for runs in found])
        return {
            "run_count": tuple(runs.drops.size for runs in found),
            "clipped_samples": tuple(int(runs.lengths_samples.sum()) for runs in found),
            "longest_run_samples": tuple(int(runs.lengths_samples.max(initial=0)) for runs in found),
            "run_starts_samples": starts[first],
            "run_lengths_samples": np.concatenate([runs.lengths_samples for runs in found])[first],
            "run_channels": channels[first],
            "run_levels": np.concatenate([runs.levels for runs in found])[first],
            "run_drops": np.concatenate([runs.drops for runs in found])[first],
        }
