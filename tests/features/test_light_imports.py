"""The everyday path stays light: nothing that takes half a second to import is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from earmark import audio

HEAVY = ("scipy", "numba", "librosa", "soxr", "pedalboard", "pandas", "sklearn")
SCRIPT = """
import sys
from pathlib import Path
from earmark.line import Request, walk

(report,) = walk(Request(paths=(Path(sys.argv[1]),), measurements=True, state=Path(sys.argv[2])))
assert len(report.measurements) == 3
print("loaded", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_after(script: str, *arguments: Path) -> set[str]:
    """The top-level modules in memory when the script ends."""
    source = Path(__file__).resolve().parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("loaded ")]
    return set(line.split()[1:])


def test_a_check_with_all_rules_imports_nothing_heavy(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    for name in ("kick in", "kick out", "lead vocal"):
        audio.write(tmp_path / f"{name}.wav", 0.1 * draw.standard_normal((1, 24_000)).astype(np.float32), 8_000)
    loaded = loaded_after(SCRIPT, tmp_path, tmp_path / "state")
    assert "numpy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_linear_algebra_is_told_to_stay_in_one_thread() -> None:
    script = "import earmark, os; print('loaded', os.environ['OPENBLAS_NUM_THREADS'])"
    assert loaded_after(script) == {os.environ.get("OPENBLAS_NUM_THREADS", "1")}
