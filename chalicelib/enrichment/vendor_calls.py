"""Makes calls to a vendor: several at once, within its rate and the operator's limits, each claimed before it.

An answer is kept as soon as it has come, so that a crash repeats only the calls that were under way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from chalicelib.enrichment.due import ToAsk
from chalicelib.enrichment.pace import Pace
from chalicelib.enrichment.stored_answers import Answered, AnswerStore
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.ids import fresh_id
from chalicelib.vendors.answer import NO_CHARGE, Answer, AnswerKind, Charge, Question
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Vendor, VendorBroken, VendorBusy, VendorPaused

MOST_REPEATS = 5  # of a question whose answer is not ready, and of a call that came too fast
REPEAT_AFTER = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(seconds=30)  # within a call; a longer wait ends it


class LimitReached(Exception):
    """The next call could pass one of the operator's limits. The message is the limit's name."""


class Spend(Protocol):
    """What a run may still spend."""

    def claim(self, call_id: str, most: int) -> None:
        """Note a call before it is made.

        Args:
            most: what it may cost, in millionths of the vendor's unit.

        Raises:
            LimitReached: it could pass a limit; it must not be made.
        """


@dataclass(slots=True)
class CallEnd:
    """What became of one call."""

    batch: Sequence[ToAsk]
    #: The ids under which the call and its repetitions were claimed.
    call_ids: list[str] = field(default_factory=list)
    charge: Charge = NO_CHARGE
    answered: list[Answered] = field(default_factory=list)
    #: Why the vendor cannot be asked about anyone now.
    stopped: VendorPaused | VendorBusy | LimitReached | None = None
    #: Whether there was no answer, by a fault of the vendor.
    is_fault: bool = False


@dataclass(frozen=True)
class VendorCalls:
    """Makes the calls about the contacts of one book."""

    vendor: Vendor
    credentials: Mapping[str, str]
    pace: Pace
    spend: Spend
    answers: AnswerStore
    owner: str
    #: The id of the job that asks.
    run: str
    clock: Clock
    timeout: Callable[[], timedelta]

    def __call__(self, batch: Sequence[ToAsk]) -> CallEnd:
        """Ask about these contacts; the answers are kept when this returns."""
        end = CallEnd(batch)
        try:
            self._ask(batch, end)
        except (VendorPaused, VendorBusy) as error:
            end.charge, end.stopped = end.charge + error.charge, error
        except LimitReached as error:
            end.stopped = error
        return end

    def find(self, call_id: str) -> list[Answered] | None:
        """The answers of a call that an earlier claim of the job made; None if they were lost."""
        found = self.answers.find(self.owner, self._name(call_id))
        return None if found is None else [each for each in found if isinstance(each, Answered)]

    def _ask(self, batch: Sequence[ToAsk], end: CallEnd) -> None:
        waiting = batch
        for repeats in range(MOST_REPEATS + 1):
            answers = self._send(waiting, end, is_last=repeats == MOST_REPEATS)
            if answers is None:
                return
            again = [each for each, answer in zip(waiting, answers, strict=True) if answer.kind is AnswerKind.WAIT]
            if not again or repeats == MOST_REPEATS:
                return
            waits = [answer.retry_after or REPEAT_AFTER for answer in answers if answer.kind is AnswerKind.WAIT]
            waiting = again
            self.clock.sleep(min(max(waits), LONGEST_PAUSE).total_seconds())

    def _send(self, batch: Sequence[ToAsk], end: CallEnd, *, is_last: bool) -> Sequence[Answer] | None:
        """One call, claimed first; None if it has no answers. Raises what stops the run."""
        call_id = self._claim(len(batch), end)
        try:
            answers = self._ask_in_time([each.question for each in batch])
        except VendorBroken as error:
            end.charge += error.charge
            self._settle_broken(batch, error, end, call_id, is_last=is_last)
            return None
        at = milliseconds(self.clock.now())
        found = [
            Answered(asked, answer, at)
            for asked, answer in zip(batch, answers, strict=True)
            if is_last or answer.kind is not AnswerKind.WAIT
        ]
        for answer in answers:
            end.charge += answer.charge
        self._keep(call_id, found, end)
        return answers

    def _claim(self, questions: int, end: CallEnd) -> str:
        call_id = fresh_id()
        if not self.vendor.is_offline:
            self.spend.claim(call_id, self.vendor.price.most * questions)
            end.call_ids.append(call_id)
        return call_id

    def _ask_in_time(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask when the rate allows it, and again if the vendor wants us to be slower. Raises as `Vendor.ask`."""
        for busy in range(MOST_REPEATS + 1):
            self.pace.wait()
            try:
                return self.vendor.ask(questions, self.credentials, timeout=self.timeout())
            except VendorBusy as error:
                wait = error.retry_after or REPEAT_AFTER
                if wait > LONGEST_PAUSE or busy == MOST_REPEATS:
                    raise
                self.pace.hold(wait)
        raise AssertionError  # the last repetition returns or raises

    def _settle_broken(
        self, batch: Sequence[ToAsk], error: VendorBroken, end: CallEnd, call_id: str, *, is_last: bool
    ) -> None:
        """A call that was refused for one of its questions is made again for each; any other has failed for all."""
        if error.reason is Reason.INPUT_REFUSED and len(batch) > 1:
            for each in batch:
                self._send([each], end, is_last=is_last)
            return
        kind = AnswerKind.NEVER if error.reason is Reason.INPUT_REFUSED else AnswerKind.RETRY
        end.is_fault = end.is_fault or kind is AnswerKind.RETRY
        at = milliseconds(self.clock.now())
        self._keep(call_id, [Answered(each, Answer(kind, error.reason), at) for each in batch], end)

    def _keep(self, call_id: str, found: list[Answered], end: CallEnd) -> None:
        if found and not self.vendor.is_offline:
            self.answers.put(self.owner, self._name(call_id), found)
        end.answered += found

    def _name(self, call_id: str) -> str:
        return f"{self.run}/calls/{call_id}"


def call_charges(end: CallEnd) -> dict[str, Charge]:
    """What the claims of a call cost: all of it under the first, nothing under its repetitions."""
    return {call_id: end.charge if number == 0 else NO_CHARGE for number, call_id in enumerate(end.call_ids)}
