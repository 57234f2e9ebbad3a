"""The ledger: read first by every run, written before anything acts on an answer."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from earmark.errors import LedgerError, UsageError
from earmark.ledger import carrying, chain, identity
from earmark.ledger.answers import Answers, Kept
from earmark.ledger.carrying import Carried
from earmark.ledger.chain import Row, Verified
from earmark.ledger.machine import machine_id
from earmark.ledger.memory import Memory, Seen, State
from earmark.ledger.place import Place
from earmark.ledger.recall import Changes, recall
from earmark.ledger.sheets import card_from, card_sheet, finding_sheet, options_sheet
from earmark.ledger.stem_print import StemPrint
from earmark.ledger.store import NAME, Pen, Store
from earmark.model import Card, Decision, Finding, Json


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought: rows that were new, out of how many."""

    new: int
    rows: int


class Ledger:
    """An open ledger. Every method that writes returns when its rows are on disk, or raises LedgerError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._memory = Memory()
        self._lock = threading.RLock()
        self._answers = Answers(self._memory, store)
        self._read()

    @classmethod
    def open(cls, folder: Path, *, create: bool = True, machine: str | None = None) -> Ledger:
        """The ledger in this state folder; made when there is none, unless `create` is False."""
        return cls(Store(folder, machine or machine_id(), create=create))

    @classmethod
    def at(cls, place: Place, *, create: bool = True) -> Ledger:
        """The ledger of a session, with what one that can only be read beside the session remembers."""
        ledger = cls.open(place.folder, create=create or place.inherits is not None)
        if place.inherits is not None:
            ledger.merge(place.inherits)
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    # --- a run: recall, then remember ---------------------------------------

    def recall(self, findings: Iterable[Finding], prints: Mapping[str, StemPrint]) -> tuple[Finding, ...]:
        """The findings with their ids and, where the human has answered, `answered`. Writes nothing.

        `prints` are those of the stems as they are now, by name; a stem without one is taken as not moved.
        """
        with self._lock:
            self._read()
            changes = Changes(prints, self._store.kept)
            return recall(list(findings), self._memory, self._store.machine, changes)

    def remember(
        self, findings: Iterable[Finding], prints: Mapping[str, StemPrint], cards: Sequence[Card] = ()
    ) -> tuple[Finding, ...]:
        """Write down what this check found (only what is new or has changed) and what it asks about.

        Findings without an id are recalled first. Returns them as they were written down.
        """
        known = tuple(findings)
        if not all(finding.id for finding in known):
            known = self.recall(known, prints)
        with self._lock, self._store.writing() as pen:
            self._read()
            self._see(pen, known, prints)
            self._lay_out(pen, known, cards)
        return known

    def _see(self, pen: Pen, findings: Sequence[Finding], prints: Mapping[str, StemPrint]) -> None:
        own = self._memory.seen.get(self._store.machine, {})
        packed = {stem: each.pack() for stem, each in prints.items()}
        digests = {stem: prints[stem].digest for stem in packed}
        for finding in findings:
            sheet = finding_sheet(finding, digests)
            if finding.id in own and own[finding.id].sheet == sheet:
                continue
            for stem in set(finding.stems) & set(packed):
                pen.keep(packed[stem])
            pen.add("seen", finding.id, sheet)

    def _lay_out(self, pen: Pen, findings: Sequence[Finding], cards: Sequence[Card]) -> None:
        """One row for the whole check, where it asks something else than the last one did, or after new answers."""
        sheets: list[Json] = [
            card_sheet(card, pen.keep(chain.written(options_sheet(card.suggestion.options)).encode("ascii")))
            for card in cards
        ]
        answered: list[Json] = [finding.id for finding in findings if finding.answered is not None]
        laid: dict[str, Json] = {"findings": [f.id for f in findings], "answered": answered, "cards": sheets}
        last = self._memory.checks.get(self._store.machine)
        if last is None or last.content != laid or last.number < self._memory.said:
            pen.add("check", "", laid)

    # --- answers ---------------------------------------------------------------

    def record(self, decisions: Decision | Iterable[Decision]) -> tuple[Kept, ...]:
        """Keep one or several decisions, in one transaction; on disk when it returns.

        An answer speaks for every finding of its card that waits for one, as the last check laid it out (for all
        of them when none does): one row each.
        `finding_id` may be any unique prefix. Saying the same again adds nothing.
        """
        said = [decisions] if isinstance(decisions, Decision) else list(decisions)
        with self._lock, self._store.writing() as pen:
            self._read()
            whole = [replace(each, finding_id=self.resolve(each.finding_id)) for each in said]
            apart = {each.finding_id for each in whole}
            kept = [self._answers.record(pen, each, apart) for each in whole]
        with self._lock:
            self._read()
        return tuple(kept)

    def mark(self, finding_id: str, state: State) -> bool:
        """Note that an accepted decision was sent, or confirmed; False where that was known already."""
        with self._lock, self._store.writing() as pen:
            self._read()
            return self._answers.mark(pen, self.resolve(finding_id), state)

    def undo(self, finding_id: str) -> Kept:
        """Take back the last answer to this finding, and to its card, by a row that revokes it."""
        with self._lock, self._store.writing() as pen:
            self._read()
            return self._answers.undo(pen, self.resolve(finding_id))

    def pending(self, surface: str | None = None) -> tuple[Kept, ...]:
        """Accepted, and not yet confirmed to be in the session; oldest first. "Leave it" asks for nothing."""
        with self._lock:
            self._read()
            return self._answers.pending(surface)

    def answers(self) -> tuple[Kept, ...]:
        """Every answer that stands, oldest first."""
        with self._lock:
            self._read()
            return self._answers.standing()

    def holding_for(
        self, findings: Sequence[Finding], prints: Mapping[str, StemPrint], names: Mapping[str, str]
    ) -> tuple[Carried, ...]:
        """Answers of this ledger that hold for findings of another session, whose stems `names` calls as here."""
        with self._lock:
            ours = carrying.prints_in_old_names(prints, names)
            recalled = self.recall([carrying.in_old_names(each, names) for each in findings], ours)
            changes = Changes(ours, self._store.kept)
            held = carrying.holding(findings, recalled, self._memory, changes)
            return tuple(replace(each, option=self._answers.accepted(each.decided)) for each in held)

    def carry(self, carried: Iterable[Carried]) -> int:
        """Say again, of findings of the last check here, what another ledger holds for them; how many rows it took.

        What is answered here already stays as it is, and so does what was accepted and is not offered here.
        """
        with self._lock, self._store.writing() as pen:
            self._read()
            open_ = [each for each in carried if self._memory.answer(each.finding.id, self._store.machine) is None]
            at = {each.finding.id: self._answers.options_at(each.finding.id) for each in open_}
            again = [carrying.offered_again(each, self._answers.options(at[each.finding.id])) for each in open_]
            kept = [each for each in again if each is not None]
            count = carrying.write(pen, kept, {id: self._seen(id).sheet for id in at}, at)
        with self._lock:
            self._read()
        return count

    # --- looking up ------------------------------------------------------------

    def resolve(self, prefix: str) -> str:
        """The id that begins with this; UnknownId when none or several do."""
        with self._lock:
            self._read()
            return identity.resolve(prefix, self._memory.called())

    def short_ids(self) -> dict[str, str]:
        """What people see instead of each id: the shortest prefix that only it begins with."""
        with self._lock:
            self._read()
            return identity.short_ids(self._memory.called())

    def finding(self, prefix: str) -> Finding:
        """A finding as it was last seen, with its answer; its evidence stays with the report."""
        with self._lock:
            return self._finding(self.resolve(prefix))

    def card(self, prefix: str) -> Card:
        """The card of the last check that holds this finding."""
        id = self.resolve(prefix)
        for card in self.cards():
            if any(finding.id == id for finding in card.findings):
                return card
        raise UsageError(f"{prefix} was not asked about in the last check; run `earmark check` again to see what is")

    def cards(self) -> tuple[Card, ...]:
        """The cards of the last check, findings and options and all, without measuring again."""
        with self._lock:
            self._read()
            check = self._memory.check(self._store.machine)
            return tuple(
                card_from(sheet, tuple(map(self._finding, sheet["findings"])), self._answers.options(sheet["options"]))
                for sheet in (check.content["cards"] if check else ())
            )

    def _finding(self, id: str) -> Finding:
        seen = self._seen(id)
        return replace(seen.finding, answered=self._memory.answer(id, self._store.machine))

    def _seen(self, id: str) -> Seen:
        seen = self._memory.latest(id, self._store.machine)
        if seen is None:
            raise LedgerError(f"the ledger {self.path} asks about {id} and has no note of it; put back a copy of it")
        return seen

    # --- rows ------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Every row, in the order they came."""
        return self._store.rows()

    def verify(self) -> Verified:
        """Go through every row and all that is kept; LedgerError at the first that is not as it was written."""
        verified = chain.verify(self._store.rows(), self._store.numbered_to())
        for digest, _ in self._store.all_kept():
            self._store.kept(digest)
        return verified

    def merge(self, other: Path) -> Merged:
        """Lay another machine's ledger (the file, or its state folder) into this one, row by row as it is.

        The other is copied first and never written to. It has to verify.
        """
        file = other / NAME if other.is_dir() else other
        if not file.is_file():
            raise LedgerError(f"{other} is neither a ledger nor a folder that holds one; name the {NAME} to merge")
        with tempfile.TemporaryDirectory(prefix="earmark-merge-") as folder:
            _copy(file, Path(folder))
            with Ledger.open(Path(folder), create=False, machine=self._store.machine) as theirs:
                theirs.verify()
                merged = self._take_over(theirs)
        with self._lock:
            self._read()
        return merged

    def _take_over(self, theirs: Ledger) -> Merged:
        rows = theirs.rows()
        with self._lock, self._store.writing() as pen:
            for digest, deflated in theirs._store.all_kept():
                pen.keep_deflated(digest, deflated)
            return Merged(sum(pen.copy(row) for row in rows), len(rows))

    def _read(self) -> None:
        """Follow what was written since, by whomever."""
        self._memory.take(self._store.rows(self._memory.number))


def _copy(file: Path, folder: Path) -> None:
    """The ledger and the log that may lie beside it, so that one on a disk that cannot be written to can be read."""
    try:
        shutil.copyfile(file, folder / NAME)
        log = file.with_name(file.name + "-wal")
        if log.is_file():
            shutil.copyfile(log, folder / (NAME + "-wal"))
    except OSError as trouble:
        raise LedgerError(
            f"the ledger {file} cannot be read ({trouble.strerror}); nothing was merged: see to it"
        ) from trouble
