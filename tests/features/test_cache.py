"""The cache saves the reading, is never believed when it is not whole, and its troubles stop nothing."""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.audio import probe
from earmark.features import cache as cache_room
from earmark.features import stem_pass
from earmark.features.bands import BandPowers
from earmark.features.cache import DIGEST_BYTES, MAGIC, digest
from earmark.features.engine import Measurements, measure
from earmark.features.envelope import StemEnvelope
from earmark.features.extremes import Levels
from earmark.features.feature import StemFeature
from earmark.features.kweighting import KWeighted
from earmark.features.loudness import Loudness
from earmark.features.needs import version_of
from earmark.features.packing import NotPacked, can_be_packed, pack, unpack
from earmark.features.stereo import Stereo
from earmark.features.true_peak import TruePeak
from earmark.model import Session
from earmark.session import find

KINDS = (Levels, StemEnvelope, Loudness, Stereo, TruePeak)
RATE_HZ = 8_000


def noise(seed: int = 0, seconds: float = 3.3) -> np.ndarray:
    return (0.2 * np.random.default_rng(seed).standard_normal((2, round(seconds * RATE_HZ)))).astype(np.float32)


@pytest.fixture
def stem_file(tmp_path: Path) -> Path:
    path = tmp_path / "song" / "vox.wav"
    path.parent.mkdir()
    audio.write(path, noise(), RATE_HZ)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "state" / "cache"


def session_of(path: Path) -> Session:
    (session,) = find([path.parent])
    return probe(session)


def measured(path: Path, shelf: Path, *kinds: type, **how: Any) -> Measurements:
    return measure(session_of(path), set(kinds or KINDS), jobs=1, cache=shelf, **how)


def equal(one: StemFeature, other: StemFeature) -> bool:
    names = [field.name for field in fields(one) if field.name != "stem"]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def agree(one: Measurements, other: Measurements, *kinds: type) -> bool:
    return all(equal(one.stem("vox", kind), other.stem("vox", kind)) for kind in kinds or KINDS)


@pytest.fixture
def meters(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The meters that the pass sets up, by name, as it does."""
    seen: list[str] = []
    read_past = stem_pass.read_past

    def noted(stem: Any, kinds: Any, done: Any, prints: bool) -> Any:
        seen.extend(kind.__name__ for kind in kinds)
        return read_past(stem, kinds, done, prints)

    monkeypatch.setattr(stem_pass, "read_past", noted)
    return seen


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stem_pass.audio, "blocks", None)


# --- what it saves ------------------------------------------------------------------------------


def test_the_second_run_reads_no_sound_and_finds_the_same(
    stem_file: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = measured(stem_file, shelf)
    no_reading(monkeypatch)
    second = measured(stem_file, shelf)
    assert agree(first, second)
    assert not second.remarks
    assert second.stem("vox", Levels).stem is second.session.stems[0]


def test_what_comes_from_the_cache_is_locked_as_well(stem_file: Path, shelf: Path) -> None:
    for _ in range(2):
        levels = measured(stem_file, shelf).stem("vox", Levels)
        with pytest.raises(ValueError, match="read-only"):
            levels.sums[0, 0] = 1.0


def test_another_wish_measures_only_what_is_missing_and_keeps_the_rest(
    stem_file: Path, shelf: Path, meters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(stem_file, shelf, Levels)
    measured(stem_file, shelf, Levels, StemEnvelope)
    measured(stem_file, shelf, BandPowers)
    assert meters == ["Levels", "StemEnvelope", "BandPowers"]
    no_reading(monkeypatch)
    measured(stem_file, shelf, Levels, StemEnvelope, BandPowers)


def test_a_new_version_measures_only_that_feature_again(
    stem_file: Path, shelf: Path, meters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(stem_file, shelf)
    meters.clear()
    monkeypatch.setattr(StemEnvelope, "VERSION", 99)
    measured(stem_file, shelf)
    assert meters == ["StemEnvelope"]
    meters.clear()
    measured(stem_file, shelf)
    assert meters == []


def test_a_new_version_of_a_need_is_a_new_version_of_what_is_derived_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(Loudness), version_of(Levels)
    monkeypatch.setattr(KWeighted, "VERSION", 99)
    assert version_of(Loudness) != before[0]
    assert version_of(Levels) == before[1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_fill_it_as_well(stem_file: Path, shelf: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    audio.write(stem_file.with_name("kick.wav"), noise(1), RATE_HZ)
    first = measure(session_of(stem_file), set(KINDS), jobs=jobs, cache=shelf)
    no_reading(monkeypatch)
    assert agree(first, measured(stem_file, shelf))


def test_stems_in_memory_leave_nothing_behind(shelf: Path) -> None:
    measure(scenes.session(RATE_HZ, vox=noise()), set(KINDS), cache=shelf)
    assert not shelf.exists()


def test_it_may_be_deleted_at_any_time(stem_file: Path, shelf: Path) -> None:
    first = measured(stem_file, shelf)
    for path in shelf.iterdir():
        path.unlink()
    shelf.rmdir()
    assert agree(first, measured(stem_file, shelf))


# --- when the file is another one -----------------------------------------------------------------


def rewritten(path: Path, sound: np.ndarray) -> None:
    """Another sound in the file, with the old size and time."""
    status = path.stat()
    audio.write(path, sound, RATE_HZ)
    assert path.stat().st_size == status.st_size
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_new_time_is_a_new_file(stem_file: Path, shelf: Path) -> None:
    first = measured(stem_file, shelf)
    status = stem_file.stat()
    audio.write(stem_file, noise(1), RATE_HZ)
    os.utime(stem_file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert not agree(first, measured(stem_file, shelf), Levels)


def test_a_new_length_or_header_is_a_new_file(stem_file: Path, shelf: Path) -> None:
    first = measured(stem_file, shelf)
    status = stem_file.stat()
    audio.write(stem_file, noise(0, seconds=3.2), RATE_HZ)
    os.utime(stem_file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert measured(stem_file, shelf).stem("vox", Levels).frames < first.stem("vox", Levels).frames


def test_verifying_reads_the_sound_and_finds_a_change_that_size_and_time_hide(stem_file: Path, shelf: Path) -> None:
    first = measured(stem_file, shelf)
    sound = noise()
    sound[1, 20_000] += 1e-6  # one sample, one step of float32 or so
    rewritten(stem_file, sound)
    assert agree(first, measured(stem_file, shelf)), "the quick yes is fooled, as it must be"
    verified = measured(stem_file, shelf, verify=True)
    assert not agree(first, verified, Levels)
    assert agree(verified, measured(stem_file, shelf)), "and what was found is kept"


def test_verifying_an_unchanged_file_measures_nothing_again(stem_file: Path, shelf: Path, meters: list[str]) -> None:
    first = measured(stem_file, shelf)
    meters.clear()
    assert agree(first, measured(stem_file, shelf, verify=True))
    assert meters == []


def test_two_exchanged_samples_are_a_change(stem_file: Path) -> None:
    sound = noise()
    before = stem_pass.print_of(sound)
    sound[0, [5, 7_000]] = sound[0, [7_000, 5]]
    assert stem_pass.print_of(sound) != before
    assert stem_pass.print_of(sound[::-1]) != stem_pass.print_of(sound)


def test_a_missing_feature_found_in_a_changed_file_throws_all_old_ones_away(stem_file: Path, shelf: Path) -> None:
    first = measured(stem_file, shelf, Levels)
    rewritten(stem_file, noise(1))
    both = measured(stem_file, shelf, Levels, StemEnvelope)
    assert not equal(first.stem("vox", Levels), both.stem("vox", Levels))


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    stem_file: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = audio.blocks

    def bounced(*asked: Any) -> Any:
        yield from blocks(*asked)
        os.utime(stem_file, ns=(0, 0))

    monkeypatch.setattr(stem_pass.audio, "blocks", bounced)
    measured(stem_file, shelf)
    assert not shelf.exists()


# --- what is in its folder is not believed --------------------------------------------------------


def entry(shelf: Path) -> Path:
    (path,) = shelf.glob("*.features")
    return path


def mutated(stored: bytes, draw: random.Random) -> bytes:
    changed = bytearray(stored)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(changed)) if changed else 0
        how = draw.choice(("flip", "cut", "insert", "double"))
        if how == "flip" and changed:
            changed[at] ^= 1 << draw.randrange(8)
        elif how == "cut":
            del changed[at : at + draw.choice((1, 7, len(changed)))]
        elif how == "insert":
            changed[at:at] = draw.randbytes(draw.choice((1, 5, 300)))
        else:
            changed += changed[at : at + 64]
    return bytes(changed)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_entry_is_measured_anew(stem_file: Path, shelf: Path, seed: int) -> None:
    first = measured(stem_file, shelf, Levels)
    path = entry(shelf)
    stored = path.read_bytes()
    path.write_bytes(mutated(stored, random.Random(seed)))
    again = measured(stem_file, shelf, Levels)
    assert agree(first, again, Levels)
    assert not again.remarks
    assert path.read_bytes() == stored, "and is written anew"


@pytest.mark.parametrize("seed", range(60))
def test_a_forged_entry_with_a_valid_digest_breaks_nothing(stem_file: Path, shelf: Path, seed: int) -> None:
    measured(stem_file, shelf, Levels, Loudness)
    path = entry(shelf)
    body = mutated(path.read_bytes()[len(MAGIC) + DIGEST_BYTES :], random.Random(seed))
    path.write_bytes(MAGIC + digest(body) + body)
    levels = measured(stem_file, shelf, Levels, Loudness).stem("vox", Levels)
    assert isinstance(levels.frames, int)
    assert isinstance(levels.sums, np.ndarray)


def test_a_forged_feature_that_nothing_can_be_derived_from_is_measured_anew(stem_file: Path, shelf: Path) -> None:
    import msgspec

    weighted = measured(stem_file, shelf, KWeighted).stem("vox", KWeighted)
    path = entry(shelf)
    key, prints, features = msgspec.msgpack.decode(path.read_bytes()[len(MAGIC) + DIGEST_BYTES :])
    ((name, (version, _)),) = features.items()
    forged = pack(replace(weighted, powers=np.zeros(0, np.float32)))
    body = msgspec.msgpack.encode((key, prints, {name: (version, forged)}))
    path.write_bytes(MAGIC + digest(body) + body)
    found = measured(stem_file, shelf, Loudness)
    assert agree(found, measured(stem_file, shelf / "other", Loudness), Loudness)
    assert agree(found, measured(stem_file, shelf, Loudness), Loudness)


@pytest.mark.parametrize("seed", range(100))
def test_bytes_of_a_feature_are_that_feature_or_not_packed(seed: int) -> None:
    levels = measure(scenes.session(RATE_HZ, vox=noise()), {Levels}).stem("vox", Levels)
    changed = mutated(pack(levels), random.Random(seed))
    try:
        again = unpack(Levels, changed, levels.stem)
    except NotPacked:
        return
    assert [type(getattr(again, field.name)) for field in fields(again)] == [
        type(getattr(levels, field.name)) for field in fields(levels)
    ] or levels.largest_step_s is None


class Explosive:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (os.mkdir, ("exploded",))


def test_a_pickle_in_its_place_is_never_opened(
    stem_file: Path, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = measured(stem_file, shelf)
    monkeypatch.chdir(tmp_path)
    body = pickle.dumps(Explosive())
    for stored in (body, MAGIC + digest(body) + body):
        entry(shelf).write_bytes(stored)
        assert agree(first, measured(stem_file, shelf))
    assert not Path("exploded").exists()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.skipif(os.name != "posix", reason="pipes and links in folders")
@pytest.mark.parametrize("planted", [a_pipe, a_link, a_folder])
def test_what_is_no_file_in_its_place_holds_nothing_up(
    stem_file: Path, shelf: Path, planted: Callable[[Path], None]
) -> None:
    first = measured(stem_file, shelf)
    path = entry(shelf)
    path.unlink()
    planted(path)
    assert agree(first, measured(stem_file, shelf))


# --- its troubles ---------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_said_once_and_stops_nothing(stem_file: Path, tmp_path: Path) -> None:
    audio.write(stem_file.with_name("kick.wav"), noise(1), RATE_HZ)
    (tmp_path / "taken").write_text("not a folder")
    found = measured(stem_file, tmp_path / "taken" / "cache")
    assert len(found.of_kind(Levels)) == 2
    (remark,) = found.remarks
    assert str(tmp_path / "taken" / "cache") in remark
    assert "measured anew" in remark


def test_a_full_disk_leaves_no_half_entry(stem_file: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, entry: Any) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_room, "write_new", full)
    found = measured(stem_file, shelf)
    assert "No space left on device" in found.remarks[0]
    assert list(shelf.iterdir()) == []


def test_an_interrupt_while_writing_leaves_no_half_entry(
    stem_file: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, entry: Any) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(cache_room, "write_new", interrupted)
    with pytest.raises(KeyboardInterrupt):
        measured(stem_file, shelf)
    assert list(shelf.iterdir()) == []


def test_every_feature_a_rule_is_fed_can_be_kept() -> None:
    from earmark.features.feature import FileHeader
    from earmark.features.needs import in_order
    from earmark.rules.catalogue import rules, wanted

    kinds = [kind for kind in in_order(wanted(rules())) if issubclass(kind, StemFeature) and kind is not FileHeader]
    assert kinds
    assert [kind.__name__ for kind in kinds if not can_be_packed(kind)] == []
