"""Resolves a batch of inputs to leads, and creates those that do not exist. Safe to call again, and beside imports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Unavailable
from chalicelib.foundation.executor import Executor
from chalicelib.leads.lead import Lead, Stamp
from chalicelib.leads.resolving.entry_changes import created, replaced
from chalicelib.leads.resolving.judge import Judgment, Verdict
from chalicelib.leads.resolving.plan_batch import BatchPlan, Input, PlannedLead
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import LeadStore

MOST_ROUNDS = 20  # a round is repeated only if others changed the same identities meanwhile


class Outcome(StrEnum):
    """What became of an input."""

    EXISTING = "existing"  # the lead was there; its profile is unchanged
    CREATED = "created"
    AMBIGUOUS = "ambiguous"  # its identities belong to several leads; nothing was changed
    INVALID = "invalid"
    SUPPRESSED = "suppressed"  # one of its identities was erased; nothing was changed


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one input."""

    index: int
    outcome: Outcome
    #: the lead that it resolves to, if it is one
    lead: Lead | None = None
    #: the ids of all leads that its identities belong to, if they are several
    conflicting_lead_ids: tuple[str, ...] = ()
    #: what is wrong with an invalid one, for programs and for people, and in which field
    code: str | None = None
    message: str | None = None
    field: str | None = None


_FULL = ("too_many_identities", "The lead cannot have that many identities. Remove some of them first.")


@dataclass(frozen=True)
class ResolveBatch:
    """One lead for each identity, however many ask for it at the same time."""

    store: LeadStore
    executor: Executor
    clock: Clock
    fresh_key: Callable[[], str]

    def __call__(self, organization: str, inputs: Sequence[Input], source: str) -> list[Resolved]:
        """Resolve valid inputs; the results come in no particular order.

        Args:
            source: names the request in the stamps of leads that it creates. With the same one again, those count as
                created again.

        Raises:
            Unavailable: others kept changing the same identities.
        """
        resolved: list[Resolved] = []
        open_inputs = list(inputs)
        for _ in range(MOST_ROUNDS):
            plan = self._planned(organization, open_inputs, source)
            refused = self._write(plan)
            open_inputs = [each for each in open_inputs if _is_open(plan.judgments[each.index], refused)]
            still_open = {each.index for each in open_inputs}
            resolved += [
                _resolved(index, judgment, plan, source)
                for index, judgment in plan.judgments.items()
                if index not in still_open
            ]
            if not open_inputs:
                return resolved
        raise Unavailable("Others are changing the same leads. Try again in a moment.")

    def _planned(self, organization: str, inputs: Sequence[Input], source: str) -> BatchPlan:
        keys = dict.fromkeys(identity.key for each in inputs for identity in each.identities)
        found = self.store.find_many(organization, list(keys), consistent=True)
        entries = {key: Entry(key) for key in keys}
        for stored in found.values():
            entries[stored.entry.key] = stored.entry
            if stored.home is not None:
                entries[stored.home.key] = stored.home
            elif stored.entry.owner is not None:
                entries.setdefault(stored.entry.owner, Entry(stored.entry.owner))
        at = milliseconds(self.clock.now())
        plan = BatchPlan(entries, organization, lambda index: Stamp(source, index), at, self.fresh_key)
        for each in inputs:
            plan.add(each)
        return plan

    def _write(self, plan: BatchPlan) -> set[str]:
        """Write what the plan changes; returns the ids of the leads that others were faster with."""
        changed = plan.changed_leads()
        keys = (key for each in changed for key in (each.lead.id, *(given.key for given in each.given)))
        self.store.add_shards_of(plan.organization, keys)
        alone = [each.lead for each in changed if _is_single_insert(each, plan)]
        rest = [each for each in changed if not _is_single_insert(each, plan)]
        commits = [self.executor.start(partial(self._commit, plan, each)) for each in rest]
        refused = set(self.store.insert_many(plan.organization, alone))
        return refused | {each.lead.id for each, commit in zip(rest, commits, strict=True) if not commit.result()}

    def _commit(self, plan: BatchPlan, planned: PlannedLead) -> bool:
        lead = planned.lead
        is_new = lead.rev == 0
        changes = created(lead, plan.entries) if is_new else replaced(lead, plan.entries, planned.given)
        return self.store.commit(plan.organization, changes)


def _is_single_insert(planned: PlannedLead, plan: BatchPlan) -> bool:
    """Whether the lead is new, has one identity, and the identity no item: then one conditional write creates it."""
    entry = plan.entries.get(planned.lead.id)
    return planned.lead.rev == 0 and len(planned.given) == 1 and entry is not None and entry.rev == 0


def _is_open(judgment: Judgment, refused: set[str]) -> bool:
    return judgment.verdict is Verdict.STALE or not refused.isdisjoint(judgment.lead_ids)


def _resolved(index: int, judgment: Judgment, plan: BatchPlan, source: str) -> Resolved:
    match judgment.verdict:
        case Verdict.AMBIGUOUS:
            return Resolved(index, Outcome.AMBIGUOUS, conflicting_lead_ids=judgment.lead_ids)
        case Verdict.SUPPRESSED:
            return Resolved(index, Outcome.SUPPRESSED)
        case Verdict.FULL:
            code, message = _FULL
            return Resolved(index, Outcome.INVALID, code=code, message=message, field="identities")
    planned = plan.leads[judgment.lead_ids[0]]
    lead = replace(planned.lead, rev=planned.lead.rev + 1) if planned.given else planned.lead
    is_own = lead.created_by == Stamp(source, index)
    return Resolved(index, Outcome.CREATED if is_own else Outcome.EXISTING, lead)
