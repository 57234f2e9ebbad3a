"""The same cases through other programs, in an environment of their own.

    PYTHONPATH=tests python -m benchmarks.accuracy.opponents --results DIR --venv DIR --n 60

makes the environment where it is absent (essentia, soundfile; ffmpeg from the system), writes each case's stem as a
sound file, lets `opponents_inside.py` listen there, and scores both sides alike into opponents.json, which
`run --write` puts on the page.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import soundfile as sf

from earmark.model import Finding, Samples, Session

from .audible import TABLE
from .plant import Plant, Truth
from .run import FIRST_SEED, kept, natural, planted
from .scoring import HEARD, matches, place_error_s, precision, quantile, recall

CODES = ("NO03", "NO04", "NO05", "NO01", "LV01", "LV04", "PK03", "PK06", "PK09", "PH06")
NEEDED = ("essentia", "soundfile", "numpy")
INSIDE = Path(__file__).with_name("opponents_inside.py")


def environment(place: Path) -> Path:
    """The interpreter of the other programs' environment."""
    interpreter = place / "bin" / "python"
    if not interpreter.exists():
        venv.create(place, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *NEEDED], check=True)
    return interpreter


def stem_file(session: Session, name: str, path: Path) -> str | None:
    """One stem as a float WAV; None where the session does not have it."""
    for stem in session.stems:
        if stem.name == name and isinstance(stem.source, Samples):
            sf.write(path, stem.source.samples.T, stem.source.rate_hz, subtype="FLOAT")
            return str(path)
    return None


def jobs(code: str, plants: dict[int, Plant], folder: Path) -> Iterator[dict[str, Any]]:
    """The stems that hold the fault, with it and without."""
    for seed, plant in plants.items():
        names = {truth.stems[0] for truth in plant.truths}
        for where, session in (("plant", plant.session), ("clean", plant.clean)):
            for number, stem in enumerate(session.stems):
                if stem.name in names or len(plant.session.stems) == 1:
                    path = folder / f"{code}-{seed}-{where}-{number}.wav"
                    yield {
                        "code": code,
                        "seed": seed,
                        "in": where,
                        "stem": stem.name,
                        "file": stem_file(session, stem.name, path),
                    }


def heard(program: str, job: dict[str, Any], span: tuple[float, float] | None) -> Finding:
    """What another program said, in the words that are scored here."""
    start_s, end_s = span or (None, None)
    return Finding(
        code=job["code"], name=program, severity="question", stems=(job["stem"],), value=0.0, unit="", message=program,
        doubt="", confidence=1.0, start_s=start_s, end_s=end_s,
    )  # fmt: skip


def rows_of(program: str, plants: dict[int, Plant], said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scored as the rules are."""
    rows = []
    for seed, plant in plants.items():
        mine = {
            where: [
                heard(program, job, span)
                for job in said
                if job["seed"] == seed and job["in"] == where
                for span in job["said"][program]
            ]
            for where in ("plant", "clean")
        }
        truths = [outcome(truth, mine["plant"]) for truth in plant.truths]
        stray = [one for one in mine["plant"] if not any(matches(one, truth) for truth in plant.truths)]
        false = [one for one in (*stray, *mine["clean"]) if not natural(one, plant.origin)]
        rows.append({"truths": truths, "false": [{"severity": "question"}] * len(false)})
    return rows


def outcome(truth: Truth, findings: list[Finding]) -> dict[str, Any]:
    """One fault."""
    mine = [one for one in findings if matches(one, truth)]
    errors = [error for one in mine if (error := place_error_s(one, truth)) is not None]
    return {
        "class": TABLE[truth.code].severity(truth.strength),
        "found": bool(mine),
        "severity": "question",
        "place_error_s": min(errors, default=None),
    }


def summed(code: str, program: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One line of the table."""
    (found, of), (true, said) = recall(rows, HEARD), precision(rows)
    share, right = found / max(1, of), true / max(1, said)
    places = [1000 * t["place_error_s"] for row in rows for t in row["truths"] if t.get("place_error_s") is not None]
    return {
        "code": code,
        "program": program,
        "recall": share,
        "precision": right,
        "f1": 2 * share * right / (share + right) if share + right else 0.0,
        "place_ms": quantile(places, 0.5),
        "cases": len(rows),
    }


def compare(code: str, seeds: range, results: Path, interpreter: Path) -> list[dict[str, Any]]:
    """earmark and the others on one fault."""
    table = [summed(code, "earmark", [row for row in kept(results / f"{code}.jsonl") if row["seed"] in seeds])]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plants = {seed: planted(code, seed, folder / "files" / str(seed)) for seed in seeds}
        todo = folder / "jobs.json"
        todo.write_text(json.dumps(list(jobs(code, plants, folder))))
        subprocess.run([interpreter, INSIDE, todo], check=True)
        said = json.loads(todo.read_text())
    programs = sorted({program for job in said for program in job["said"]})
    return [*table, *(summed(code, program, rows_of(program, plants, said)) for program in programs)]


def main() -> None:
    """All of them, into opponents.json."""
    parser = argparse.ArgumentParser(prog="benchmarks.accuracy.opponents", description=__doc__)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--n", type=int, default=60)
    parser.add_argument("--rules", default=",".join(CODES))
    request = parser.parse_args()
    results, interpreter = request.results / "scoring", environment(request.venv)
    seeds = range(FIRST_SEED["scoring"], FIRST_SEED["scoring"] + request.n)
    table: list[dict[str, Any]] = []
    for code in request.rules.split(","):
        rows = compare(code, seeds, results, interpreter)
        print(*rows, sep="\n", flush=True)
        table += rows
        (results / "opponents.json").write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
