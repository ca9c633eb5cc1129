"""Asks a vendor about the contacts of one book, and keeps what it finds out.

Calls run ahead of what is committed. A commit moves the cursor past contacts whose calls have ended, in their order.
Calls that had not ended when a worker crashed are known by their claims; those that were answered are not repeated.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.enrichment.breaker import Breaker, Tripped
from chalicelib.enrichment.due import ToAsk
from chalicelib.enrichment.due_contacts import DueContacts, Step
from chalicelib.enrichment.hand_over import HandOver, is_to_hand_over
from chalicelib.enrichment.job_kinds import KEPT
from chalicelib.enrichment.pace import Pace
from chalicelib.enrichment.run_cursor import RunCursor
from chalicelib.enrichment.run_end import STOPPED, RunEnd
from chalicelib.enrichment.run_parts import RunParts, RunSpend
from chalicelib.enrichment.stored_answers import Answered, Finding
from chalicelib.enrichment.vendor_calls import CallEnd, LimitReached, VendorCalls, call_charges
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.enrichment.wait_for_call import wait_for_call
from chalicelib.enrichment.withdrawals import withdrawals
from chalicelib.foundation.executor import StartedTask
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.vendors.answer import NO_CHARGE, Charge
from chalicelib.vendors.vendor import Vendor, VendorBusy, VendorError, VendorPaused

MOST_STEPS = 1_000  # contacts that are looked at between two commits, at most about so many
MOST_OPEN = 50  # calls that end between two commits
COMMIT_EVERY = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=2)  # whether an operator wants the run to stop


@dataclass
class Session:
    """What one claim of a run works with."""

    run: Run
    parts: RunParts
    vendor: Vendor
    control: VendorControl
    credentials: Mapping[str, str]
    spend: RunSpend
    pace: Pace
    breaker: Breaker = field(default_factory=Breaker)
    _looked_at: datetime | None = None

    def is_to_stop(self) -> bool:
        """Whether an operator wants the run to stop."""
        now = self.parts.clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._looked_at, self.control = now, self.parts.controls.get(self.vendor.name)
        return self.control.stop and self.control.run == self.run.job.job_id


@dataclass(slots=True)
class _Call:
    """A call under way, or none if there is nothing to ask, for some contacts in their order."""

    steps: Sequence[Step]
    task: StartedTask[CallEnd] | None


@dataclass
class AskBook:
    """One claim's questions about one book."""

    session: Session
    owner: str
    cursor: RunCursor
    #: Why the run asks no more; None if nothing speaks against further books.
    end: RunEnd | None = None
    _under_way: deque[_Call] = field(default_factory=deque)
    #: Found, and not committed yet: findings, costs by the ids of calls, and counts.
    _findings: list[Finding] = field(default_factory=list)
    _charges: dict[str, Charge] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)
    _steps: int = 0
    _busy: VendorBusy | None = None

    def __post_init__(self) -> None:
        session = self.session
        self._run, self._parts, self._vendor = session.run, session.parts, session.vendor
        self._due = DueContacts(self._parts, self._vendor, session.control, self.owner)
        self._committed_at = self._parts.clock.now()
        self._calls = VendorCalls(
            vendor=self._vendor,
            credentials=session.credentials,
            pace=session.pace,
            spend=session.spend,
            answers=self._parts.answers,
            owner=self.owner,
            run=self._run.job.job_id,
            clock=self._parts.clock,
            timeout=self._run.call_timeout,
        )

    def __call__(self) -> None:
        """Ask about all contacts that are due, until the book is finished, the run ends, or the time is up.

        Raises:
            VendorBusy: the vendor wants us to wait; what is settled is committed.
        """
        self._take_over()
        if not (self.cursor.shelf or self.cursor.after):
            self._withdraw()
        is_whole = self._ask_all()
        while self._under_way:
            self._settle(self._under_way.popleft())
        if is_whole and self._goes_on:
            self.cursor = replace(self.cursor, is_finished=True)
        self._commit()
        if self._busy is not None:
            raise self._busy

    # ── asking

    @property
    def _goes_on(self) -> bool:
        return self.end is None and self._busy is None

    def _ask_all(self) -> bool:
        """Start calls, and settle those that have ended. False if it was stopped before the end of the book."""
        rate, steps, asked = self._vendor.rate, list[Step](), 0
        for step in self._due.after(self.cursor):
            steps.append(step)
            asked += isinstance(step.found, ToAsk)
            if asked == rate.questions or len(steps) == MOST_STEPS:
                self._start(steps)
                steps, asked = [], 0
                while len(self._under_way) >= rate.at_once:
                    self._settle(self._under_way.popleft())
                if self._is_to_end():
                    return False
        self._start(steps)
        return True

    def _is_to_end(self) -> bool:
        if self.end is None and self.session.is_to_stop():
            self.end = RunEnd(STOPPED)
        return not self._goes_on or self._run.out_of_time()

    def _start(self, steps: Sequence[Step]) -> None:
        batch = [step.found for step in steps if isinstance(step.found, ToAsk)]
        task = self._parts.executor.start(partial(self._calls, batch)) if batch else None
        self._under_way.append(_Call(steps, task))

    # ── settling

    def _settle(self, call: _Call) -> None:
        """Wait for a call, and note what came of it."""
        end = CallEnd([]) if call.task is None else wait_for_call(call.task, self._commit)
        if end.stopped is not None:
            self._note_stop(end.stopped)
        if self._busy is not None:
            if isinstance(end.stopped, VendorBusy) and end.call_ids:  # refused unread, so nothing is uncertain
                self._charges[end.call_ids[-1]] = end.stopped.charge
            return  # the next claim finds the answers by their claims
        found = {each.asked.contact_id: each for each in end.answered}
        for step in call.steps:
            finding = found.get(step.contact_id) if isinstance(step.found, ToAsk) else step.found
            if finding is not None:
                self._findings.append(finding)
        self._charges |= call_charges(end)
        self._counts.update(calls=len(end.call_ids) or (call.task is not None), questions=len(end.answered))
        self._counts["looked_at"] += len(call.steps)
        self._steps += len(call.steps)
        if self.end is None and call.steps:
            self.cursor = replace(self.cursor, shelf=call.steps[-1].shelf, after=call.steps[-1].contact_id)
        self._watch(end)
        if self._is_to_commit():
            self._commit()

    def _note_stop(self, stopped: VendorPaused | VendorBusy | LimitReached) -> None:
        if isinstance(stopped, VendorBusy):
            self._busy = self._busy or (stopped if self.end is None else None)
        else:
            self.end = self.end or RunEnd.stopped_by(stopped)

    def _watch(self, end: CallEnd) -> None:
        """Let the breaker look at a call. Answers that look wrong are not used, nor are those just before them."""
        breaker = self.session.breaker
        tripped = breaker.fault() if end.is_fault else breaker.answers(each.answer for each in end.answered)
        if tripped is None or self.end is not None:
            return
        self.end = RunEnd.tripped(tripped)
        if tripped is not Tripped.FAULTS:
            self._counts["not_used"] += len(self._findings) + self.cursor.findings
            self._findings, self.cursor = [], self.cursor.without_findings()

    # ── committing

    def _is_to_commit(self) -> bool:
        is_late = self._parts.clock.now() - self._committed_at >= COMMIT_EVERY
        return is_late or self._steps >= MOST_STEPS or len(self._charges) >= MOST_OPEN

    def _commit(self) -> None:
        """Keep the findings, and commit them with the cursor; a book's job gets them once there are enough."""
        cursor, lines = self.cursor, list[LedgerLine]()
        if self._findings:
            job = self._run.job
            name = f"{job.job_id}/{job.generation}-{job.chunk}-{id_of(job.holder or '')}"
            self._parts.answers.put(self.owner, name, self._findings)
            cursor, lines = cursor.with_blob(name, len(self._findings)), [LedgerLine(name, KEPT)]
        cursor = replace(cursor, end="" if self.end is None else self.end.text)
        self._run.commit(
            Progress(
                cursor.json(),
                lines=lines,
                extra_writes=self.session.spend.settle_writes(self._charges, self.session.pace.latest()),
                details=self._details(),
            )
        )
        self.cursor, self._committed_at, self._steps = cursor, self._parts.clock.now(), 0
        self._findings, self._charges, self._counts = [], {}, Counter()
        if is_to_hand_over(cursor):
            self.cursor = HandOver(self._run, self._parts)(self.owner, cursor)

    def _details(self) -> Mapping[str, int]:
        """The counts of the run so far, in the details of its job."""
        charge = sum(self._charges.values(), NO_CHARGE)
        self._counts["charged"] += charge.most
        self._counts["uncertain"] += sum(each.most for each in self._charges.values() if not each.is_certain)
        before = self._run.job.details
        return {name: int(before.get(name, 0)) + count for name, count in self._counts.items()}

    # ── people who opted out at the vendor

    def _withdraw(self) -> None:
        """Withdraw what the vendor gave for people who have asked it to forget them since."""
        try:
            found = withdrawals(
                self._parts, self._vendor, self.session.credentials, self.owner, self._run.call_timeout()
            )
        except VendorPaused as paused:
            self.end = RunEnd.stopped_by(paused)
        except VendorError:  # the next run looks again
            self._counts["opt_outs_unread"] += 1
        else:
            self._findings += found
            self._due.left_out = {each.asked.contact_id for each in found}

    # ── what earlier claims left

    def _take_over(self) -> None:
        """Find the answers to calls that an earlier claim could not commit; those that were lost are made again."""
        known = dict[str, Answered]()
        for call_id, most in self.session.spend.open_calls().items():
            answered = self._calls.find(call_id)
            if answered is None:
                self._counts["repeated"] += 1
                self._charges[call_id] = Charge(most, is_certain=False)
            else:
                known |= {each.asked.contact_id: each for each in answered}
                self._charges[call_id] = sum((each.answer.charge for each in answered), NO_CHARGE)
        self._due.known = known
