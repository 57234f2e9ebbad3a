"""Plants faults, listens, keeps the count, and writes the table.

    PYTHONPATH=tests python -m benchmarks.accuracy.run --results DIR --rules NO03,NO04 --n 60
    PYTHONPATH=tests python -m benchmarks.accuracy.run --results DIR --write docs/accuracy.md

Results are JSON lines, one file per rule; a case that is there already is not heard again. Cases of other commits than
the present one are said in the table's head, and `--fresh` drops them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from earmark.features.engine import measure
from earmark.model import Finding, Session
from earmark.rules.catalogue import judge, rules, wanted

from .audible import TABLE
from .material import NATURAL
from .plant import NotPlantable, Plant, rng_of
from .plants import PLANTERS
from .scoring import matches, score_truth, told

FIRST_SEED = {"tuning": 0, "scoring": 100_000}
# Rules that may speak of one another's faults: heard together, so that a miss can say what it was called instead.
# Of how evenly people sing, and how their raw takes sit, nobody has a list: what is said of an untouched real song as
# well is counted apart.
UNLABELLED = frozenset({"MA02", "PF01"})
SCENES = ("band", "kit")
KIN = (("NO03", "NO04", "NO05", "NO11"), ("PK04", "PK05"), ("LV01", "LV02"), ("PK06", "PK07"))


def hear(session: Session, code: str) -> tuple[Finding, ...]:
    """What the rule and its kin say of a session."""
    codes = next((kin for kin in KIN if code in kin), (code,))
    chosen = [loaded for loaded in rules() if loaded.code in codes]
    return judge(measure(session, wanted(chosen), jobs=1), chosen).findings


def planted(code: str, seed: int, folder: Path) -> Plant:
    """The case of this seed; where its material has no place for the fault, the next draw of the same luck."""
    rng = rng_of(code, seed)
    for attempt in range(100):
        try:
            return PLANTERS[code](rng, folder / str(attempt))
        except NotPlantable:
            continue
    raise NotPlantable(code)


def natural(finding: Finding, origin: str) -> bool:
    """Whether the data folder's own list says so."""
    return any(finding.code in NATURAL.get(f"{origin}/{name}", ()) for name in finding.stems)


def same_again(one: Finding, other: Finding) -> bool:
    """Whether two sessions are told the same of one place."""
    return one.stems == other.stems and one.start_s == other.start_s


def one_case(code: str, seed: int) -> dict[str, Any]:
    """Plant, listen to both sessions, score."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        plant = planted(code, seed, Path(folder))
        heard, clean = hear(plant.session, code), hear(plant.clean, code)
    false = [one for one in heard if one.code == code and not any(matches(one, truth) for truth in plant.truths)]
    false_clean = [one for one in clean if one.code == code]
    unlabelled = []
    if code in UNLABELLED and not plant.origin.startswith(SCENES):
        unlabelled, false_clean = false_clean, []
        false = [one for one in false if not any(same_again(one, other) for other in unlabelled)]
    strays = [*((one, "plant") for one in false), *((one, "clean") for one in false_clean)]
    return {
        "code": code,
        "seed": seed,
        "origin": plant.origin,
        "detail": plant.detail,
        "truths": [score_truth(truth, TABLE[code].severity(truth.strength), heard) for truth in plant.truths],
        "false": [told(one, where) for one, where in strays if not natural(one, plant.origin)],
        "natural": sum(natural(one, plant.origin) for one, _ in strays),
        "unlabelled": len(unlabelled),
        "seconds": round(time.perf_counter() - began, 2),
    }


def commit() -> str:
    """Of the tree that is heard with."""
    here = Path(__file__).parent
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    ).stdout.strip()


def kept(path: Path) -> list[dict[str, Any]]:
    """The cases of one results file."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def cases(code: str, seeds: Sequence[int], results: Path) -> Iterator[dict[str, Any]]:
    """The cases that are not there yet."""
    path = results / f"{code}.jsonl"
    done = {row["seed"] for row in kept(path)}
    now = commit()
    for seed in seeds:
        if seed not in done:
            row = {**one_case(code, seed), "commit": now}
            with path.open("a") as file:
                file.write(json.dumps(row) + "\n")
            yield row


def asked() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.accuracy.run", description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder of JSON lines, outside the repository")
    parser.add_argument("--rules", default="", help="codes, by commas; all that have a planter where absent")
    parser.add_argument("--n", type=int, default=60, help="plants, and as many clean cases, per rule")
    parser.add_argument("--seeds", choices=FIRST_SEED, default="scoring")
    parser.add_argument("--fresh", action="store_true", help="hear cases of earlier commits again")
    parser.add_argument("--songs", action="store_true", help="also count what is said of whole untouched sessions")
    parser.add_argument("--write", type=Path, help="write the table there, of all results that are there")
    return parser.parse_args()


def main() -> None:
    """Hear what is missing, then write what was asked for."""
    request = asked()
    place = request.results / request.seeds
    place.mkdir(parents=True, exist_ok=True)
    codes = [code for code in request.rules.split(",") if code] or (
        [] if request.write or request.songs else sorted(PLANTERS)
    )
    first = FIRST_SEED[request.seeds]
    for code in codes:
        if request.fresh:
            (place / f"{code}.jsonl").unlink(missing_ok=True)
        began, heard = time.perf_counter(), 0
        for row in cases(code, range(first, first + request.n), place):
            heard += len(row["truths"])
        print(f"{code}: {heard} more faults in {time.perf_counter() - began:.0f} s", flush=True)
    if request.songs:
        from .untouched import count

        count(place / "songs.json")
    if request.write:
        from .table import write

        write(place, request.write, seeds=request.seeds)


if __name__ == "__main__":
    main()
