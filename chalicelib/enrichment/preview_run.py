"""The step of a preview: asks a vendor about a few contacts, and keeps what would change in them.

The calls are real: they cost what calls cost, and count to the limits.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import display_of, fold
from chalicelib.contacts.source import enrichment_source
from chalicelib.contacts.source_record import Stamp
from chalicelib.enrichment.due import ToAsk
from chalicelib.enrichment.due_contacts import DueContacts, Step, owners_in_scope
from chalicelib.enrichment.enriched_records import with_record
from chalicelib.enrichment.pace import Pace
from chalicelib.enrichment.run_cursor import RunCursor
from chalicelib.enrichment.run_end import RunEnd
from chalicelib.enrichment.run_parts import RunParts
from chalicelib.enrichment.stored_answers import Answered
from chalicelib.enrichment.vendor_calls import CallEnd, VendorCalls, call_charges
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.enrichment.wait_for_call import wait_for_call
from chalicelib.foundation.errors import ProviderBusy
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.vendors.answer import AnswerKind, Charge
from chalicelib.vendors.reasons import TABLE
from chalicelib.vendors.vendor import Vendor, VendorBusy

MOST_PREVIEWED = 20  # contacts
_UNSTORED = Stamp("", 0, Outcome.UPDATED)


@dataclass(frozen=True)
class PreviewRun:
    """Runs the job of a preview. It takes the first contacts that are due, book after book, and writes none."""

    parts: RunParts

    def __call__(self, run: Run) -> None:
        vendor = self.parts.vendor(str(run.job.details["vendor"]))
        control = self.parts.controls.get(vendor.name)
        preview, left = _Preview(run, self.parts, vendor, control), MOST_PREVIEWED
        for owner in owners_in_scope(self.parts, control):
            steps = DueContacts(self.parts, vendor, control, owner).after(RunCursor())
            due = list(islice((each for each in steps if isinstance(each.found, ToAsk)), left))
            if due and not preview.ask(owner, due):
                break
            left -= len(due)
            if not left:
                break
        preview.finish()


class _Preview:
    """The preview of one claim."""

    def __init__(self, run: Run, parts: RunParts, vendor: Vendor, control: VendorControl) -> None:
        self._run, self._parts, self._vendor, self._control = run, parts, vendor, control
        self._spend = parts.spend(control, run.job.job_id)
        self._pace = Pace(vendor.rate.windows, parts.clock, self._spend.latest_calls())
        #: The calls of a claim that crashed, which may have been charged.
        self._lost = {each: Charge(most, is_certain=False) for each, most in self._spend.open_calls().items()}
        self._ends: list[CallEnd] = []
        self._told: dict[str, list[JsonObject]] = {}  # what was found out, by the owner of the book

    def ask(self, owner: str, due: Sequence[Step]) -> bool:
        """Ask about contacts of one book. False if the vendor cannot be asked any more. Raises ProviderBusy."""
        asked = [each.found for each in due if isinstance(each.found, ToAsk)]
        contacts = {each.contact_id: each.contact for each in due}
        most = self._vendor.rate.questions
        call = self._calls(owner)
        for start in range(0, len(asked), most):
            asking = self._parts.executor.start(partial(call, asked[start : start + most]))
            end = wait_for_call(asking, self._renew)
            if isinstance(end.stopped, VendorBusy):
                raise ProviderBusy(f"{self._vendor.title} asks us to be slower.", retry_after=end.stopped.retry_after)
            self._ends.append(end)
            self._told.setdefault(owner, []).extend(
                self._tell(contacts[each.asked.contact_id], each) for each in end.answered
            )
            if end.stopped is not None:
                return False
        return True

    def _renew(self) -> None:
        self._run.commit(Progress(None))

    def finish(self) -> None:
        """Keep what was found out, and end the job."""
        charges = {call_id: charge for end in self._ends for call_id, charge in call_charges(end).items()}
        for owner, told in self._told.items():
            self._parts.answers.put_preview(owner, self._run.job.job_id, told)
        stopped = next((end.stopped for end in self._ends if end.stopped is not None), None)
        end = None if stopped is None or isinstance(stopped, VendorBusy) else RunEnd.stopped_by(stopped)
        kinds = Counter(each.answer.kind.value for end in self._ends for each in end.answered)
        self._run.commit(
            Progress(
                None,
                state=JobState.COMPLETED if end is None else end.state,
                error=None if end is None else end.words,
                error_code=None if end is None else end.code,
                extra_writes=self._spend.settle_writes({**self._lost, **charges}, self._pace.latest()),
                details={
                    "books": [id_of(owner) for owner in self._told],
                    "contacts": kinds.total(),
                    "enriched": kinds[AnswerKind.ENRICHED.value],
                    "charged": sum(each.most for each in charges.values()),
                },
            )
        )

    def _calls(self, owner: str) -> VendorCalls:
        parts, run = self._parts, self._run
        return VendorCalls(
            vendor=self._vendor,
            credentials=parts.credentials(self._control),
            pace=self._pace,
            spend=self._spend,
            answers=parts.answers,
            owner=owner,
            run=run.job.job_id,
            clock=parts.clock,
            timeout=run.call_timeout,
        )

    def _tell(self, contact: Contact, answered: Answered) -> JsonObject:
        """What would become of one contact."""
        answer = answered.answer
        return {
            "contact_id": contact.contact_id,
            "name": display_of(contact.records),
            "answer": answer.kind.value,
            "reason": answer.reason.value,
            "reason_title": TABLE[answer.reason].title,
            "likelihood": answer.likelihood,
            "changes": self._changes(contact, answered) if answer.kind is AnswerKind.ENRICHED else [],
        }

    def _changes(self, contact: Contact, answered: Answered) -> Sequence[JsonObject]:
        """The fields that would show something else."""
        source = enrichment_source(self._vendor.name).key
        records = with_record(contact, source, answered.answer.fields, _UNSTORED, answered.at)
        before, after = dict(contact.shown), dict(fold(records))
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return [{"field": name, "before": before.get(name), "after": after.get(name)} for name in names]
