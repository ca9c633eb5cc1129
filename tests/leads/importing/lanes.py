"""Lanes of an import over leads in memory: they take turns at any call, and each may be killed at any call."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.leads.importing.judging import Judge, Known, Row, Verdict
from chalicelib.leads.importing.outcome import DEFERRED
from chalicelib.leads.importing.profiles import Policies
from chalicelib.leads.importing.settling import settle
from tests.leads.importing.memory_leads import MemoryLeads

IMPORT, ACCEPTED_AT = "import-1", 1_000


class Killed(BaseException):
    """The process of a lane has ended in the middle of its work."""


@dataclass
class Turns:
    """Lets one thread work at a time, and chooses at each turn which one goes on."""

    chance: random.Random
    _waiting: dict[int, threading.Event] = field(default_factory=dict)

    def run(self, works: Sequence[Callable[[], None]]) -> None:
        """Do all the works, interleaved; raises the first error of any."""
        errors: list[BaseException] = []
        threads = [threading.Thread(target=self._work, args=(work, errors)) for work in works]
        for thread in threads:
            self._waiting[id(thread)] = threading.Event()
        for thread in threads:
            thread.start()
        self._let_one_work()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def take(self) -> None:
        """Let another one work, or go on."""
        event = self._waiting[id(threading.current_thread())]
        event.clear()
        self._let_one_work()
        event.wait()

    def _let_one_work(self) -> None:
        if self._waiting:
            self.chance.choice(list(self._waiting.values())).set()

    def _work(self, work: Callable[[], None], errors: list[BaseException]) -> None:
        mine = id(threading.current_thread())
        self._waiting[mine].wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)
        del self._waiting[mine]
        self._let_one_work()


@dataclass
class LanesOfImport:
    """One import of rows by some lanes."""

    before: Mapping[str, Known]
    chance: random.Random
    policies: Policies
    chunk_rows: int = 40
    kills: float = 0.01  #: the chance that a lane is killed at a call
    has_several: bool = False  #: identities in a row

    def run(self, rows: Sequence[Row], lanes: int) -> tuple[list[Verdict], dict[str, Known]]:
        """The verdicts of all lanes in the order of the rows, and the leads afterwards."""
        self.leads = MemoryLeads(dict(self.before), self._turn, lambda: self.chance.random() < 0.3)
        if not self.has_several or lanes == 1:
            return self._by_lanes(rows, lanes, defers=False), self.leads.items
        often = Counter(key for row in rows for key in row.keys)
        shared = {row.number for row in rows if any(often[key] > 1 for key in row.keys)}
        apart = self._by_lanes([row for row in rows if row.number not in shared], lanes, defers=True)
        self.deferred = shared | {verdict.row for verdict in apart if verdict.outcome == DEFERRED}
        rest = self._by_lanes([row for row in rows if row.number in self.deferred], 1, defers=False)
        verdicts = [*(verdict for verdict in apart if verdict.row not in self.deferred), *rest]
        return sorted(verdicts, key=lambda verdict: verdict.row), self.leads.items

    def _by_lanes(self, rows: Sequence[Row], lanes: int, *, defers: bool) -> list[Verdict]:
        self._turns = Turns(self.chance)
        lanes = max(1, min(lanes, len(rows)))
        cuts = sorted(self.chance.sample(range(1, len(rows)), lanes - 1))
        ranges = [rows[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
        committed: list[list[Verdict]] = [[] for _ in ranges]
        self._turns.run([self._lane(part, done, defers) for part, done in zip(ranges, committed, strict=True)])
        return [verdict for done in committed for verdict in done]

    def _turn(self) -> None:
        if self.chance.random() < 0.02:
            self.leads.remember()
        self._turns.take()
        if self.chance.random() < self.kills:
            raise Killed

    def _lane(self, rows: Sequence[Row], done: list[Verdict], defers: bool) -> Callable[[], None]:
        def work() -> None:
            position = 0
            while position < len(rows):
                chunk = rows[position : position + self.chunk_rows]
                try:
                    verdicts = self._chunk(chunk, defers)
                except Killed:
                    continue
                done.extend(verdicts)
                position += len(chunk)

        return work

    def _chunk(self, rows: Sequence[Row], defers: bool) -> list[Verdict]:
        leads = self.leads.for_import(IMPORT)
        keys: Iterable[str] = dict.fromkeys(key for row in rows for key in row.keys)
        known = leads.find(keys, consistent=self.has_several)
        return settle(
            rows, known, leads, lambda now: Judge(IMPORT, ACCEPTED_AT, self.policies, now, self.has_several, defers)
        )
