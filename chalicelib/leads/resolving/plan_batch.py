"""Plans a batch of inputs over what is stored: which lead each resolves to, and what is written for that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.leads.lead import MOST_IDENTITIES, Lead, LeadIdentity, Profile, Stamp
from chalicelib.leads.resolving.entry_changes import home_of
from chalicelib.leads.resolving.judge import Judgment, Verdict, judge
from chalicelib.leads.store.entry import Entry


@dataclass(frozen=True, slots=True)
class Input:
    """One valid input of a batch."""

    index: int
    #: at least one
    identities: tuple[LeadIdentity, ...]
    #: of the lead, if it is created
    profile: Profile


@dataclass(slots=True)
class PlannedLead:
    """A lead as the batch leaves it."""

    lead: Lead
    #: the identities that the batch gives it; all of them, if it is new
    given: list[LeadIdentity] = field(default_factory=list)


@dataclass
class BatchPlan:
    """The plan of the inputs that were added so far.

    An input is planned as if those before it had been carried out, so two inputs with one identity get one lead.
    """

    #: the items of all identities of the inputs, and those of the leads that they belong to; empty ones where none is
    entries: Mapping[str, Entry]
    organization: str
    #: of a lead that the input with this index creates
    stamp: Callable[[int], Stamp]
    #: the time of the batch, in milliseconds
    at: int
    #: makes an id that no identity has
    fresh_key: Callable[[], str]
    judgments: dict[int, Judgment] = field(default_factory=dict)
    #: the leads that inputs resolve to, by id
    leads: dict[str, PlannedLead] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._now = dict(self.entries)

    def add(self, each: Input) -> None:
        judgment = judge(each.identities, self._now)
        if judgment.verdict is Verdict.NEW:
            judgment = replace(judgment, lead_ids=(self._create(each),))
        elif judgment.verdict is Verdict.KNOWN:
            judgment = self._extend(judgment)
        self.judgments[each.index] = judgment

    def changed_leads(self) -> list[PlannedLead]:
        """The leads to write."""
        return [each for each in self.leads.values() if each.given]

    def _create(self, each: Input) -> str:
        lead_id = home_of(each.identities, self._now, self.fresh_key())
        stamp = self.stamp(each.index)
        lead = Lead(lead_id, self.organization, each.identities, each.profile, stamp, self.at, self.at)
        self.leads[lead_id] = PlannedLead(lead, list(each.identities))
        self._now[lead_id] = Entry(lead_id, lead=lead)
        self._give(lead_id, each.identities)
        return lead_id

    def _extend(self, judgment: Judgment) -> Judgment:
        (lead_id,) = judgment.lead_ids
        if lead_id not in self.leads:
            lead = self.entries[lead_id].lead
            if lead is None:  # it was deleted between two reads
                return replace(judgment, verdict=Verdict.STALE)
            self.leads[lead_id] = PlannedLead(lead)
        planned = self.leads[lead_id]
        if len(planned.lead.identities) + len(judgment.free) > MOST_IDENTITIES:
            return replace(judgment, verdict=Verdict.FULL)
        if judgment.free:
            lead = planned.lead
            changed_at = lead.later(self.at) if lead.rev else self.at  # one that this batch creates is not changed
            planned.lead = replace(lead, identities=(*lead.identities, *judgment.free), changed_at=changed_at)
            planned.given += judgment.free
            self._give(lead_id, judgment.free)
        return judgment

    def _give(self, lead_id: str, identities: tuple[LeadIdentity, ...]) -> None:
        """Note whom the identities belong to for the inputs that follow."""
        for each in identities:
            if each.key != lead_id:
                self._now[each.key] = replace(self._now[each.key], moved_to=lead_id, gone=None)
            else:
                self._now[each.key] = replace(self._now[each.key], moved_to=None, gone=None)
