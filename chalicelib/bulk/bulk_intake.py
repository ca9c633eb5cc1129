"""Takes the contacts of a bulk run into a book: found by their external ids before anything else."""

from dataclasses import replace
from typing import Any

from chalicelib.books.book import Mark, record_of
from chalicelib.books.chunk import Chunk, Draft, Limits, Result
from chalicelib.books.intake import Intake
from chalicelib.books.matching import Decision, LeaveUnchanged
from chalicelib.books.prepared_contact import PreparedContact
from chalicelib.bulk.known_external_ids import KnownExternalIds
from chalicelib.bulk.outcome_reasons import AMBIGUOUS, EXISTS, with_values
from chalicelib.contacts.contact_fields import NAME
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source_record import WHOLE_NAME, ContactFields, SourceRecord
from chalicelib.foundation.outcomes import Outcome


class BulkIntake(Intake):
    """Plans the contacts of a run.

    A contact with an external id that an earlier run of the client wrote is that run's record: its fields are replaced,
    and it keeps its run, so that a cleanup removes only what the run itself created.
    """

    def __init__(self, *arguments: Any, alias_prefix: str, overwrites: bool, is_dry_run: bool, **more: Any) -> None:
        """Take the same arguments as `Intake`.

        Args:
            alias_prefix: of the external ids of the client.
            overwrites: whether the values of contacts that are updated go before those of other sources.
            is_dry_run: whether nothing that is planned is written.
        """
        super().__init__(*arguments, **more)
        self._alias_prefix, self._overwrites, self._is_dry_run = alias_prefix, overwrites, is_dry_run
        self._external_ids: KnownExternalIds | None = None

    def plan_links(self, edited: Any, job: str, limits: Limits) -> Chunk:
        """As in `Planner`; after a dry run there is nothing to link."""
        return Chunk([], [], len(edited)) if self._is_dry_run else super().plan_links(edited, job, limits)

    def _known_external_ids(self) -> KnownExternalIds:
        book = self._book
        if self._external_ids is None or self._external_ids.book is not book:
            self._external_ids = KnownExternalIds(book, self._alias_prefix)
        return self._external_ids

    def _known(self, prepared: PreparedContact) -> Mark | None:
        mark = super()._known(prepared)
        return mark if mark is not None or not prepared.aliases else self._known_external_ids().record(prepared.aliases)

    def _own_record_of(self, prepared: PreparedContact) -> Mark | None:
        own = super()._own_record_of(prepared)
        return (
            own if own is not None or not prepared.aliases else self._known_external_ids().own_record(prepared.aliases)
        )

    def _needs(self, prepared: PreparedContact) -> str | None:
        if prepared.aliases and prepared.reason is None and self._known(prepared) is None:
            own = self._own_record_of(prepared)
            if own is not None:
                return own.contact_id
        return super()._needs(prepared)

    def _is_deleted(self, prepared: PreparedContact) -> bool:
        if super()._is_deleted(prepared):
            return True
        return bool(prepared.aliases) and self._known_external_ids().is_deleted(prepared.aliases)

    def _is_of_earlier_run(self, mark: Mark) -> bool:
        return mark.source != self._source

    def _decision(self, prepared: PreparedContact) -> Decision:
        decision = super()._decision(prepared)
        if isinstance(decision, LeaveUnchanged) and decision.reason == AMBIGUOUS:
            return replace(decision, reason=with_values(AMBIGUOUS, decision.rivals))
        return decision

    def _is_news(self, prepared: PreparedContact, mark: Mark) -> bool:
        if not self._is_of_earlier_run(mark):
            return super()._is_news(prepared, mark)
        return self._on_existing is not OnExisting.SKIP and (self._overwrites or prepared.digest != mark.digest)

    def _plan_decided(self, prepared: PreparedContact, draft: Draft) -> Result:
        if self._on_existing is OnExisting.SKIP and prepared.aliases and prepared.reason is None:
            mark = self._known(prepared)
            if mark is not None and self._is_of_earlier_run(mark):
                return Result(prepared.source_id, Outcome.SKIPPED, mark.contact_id, EXISTS)
        return super()._plan_decided(prepared, draft)

    def _plan_changed(self, prepared: PreparedContact, mark: Mark, draft: Draft) -> Result:
        if self._is_of_earlier_run(mark) and prepared.digest == mark.digest:
            old = record_of(mark, self._whole(mark.contact_id, draft))
            if old.leads == _all_of(old.fields):
                return Result(prepared.source_id, Outcome.UNCHANGED, mark.contact_id)
        return super()._plan_changed(prepared, mark, draft)

    def _record(
        self, prepared: PreparedContact, outcome: Outcome, moment: int, old: SourceRecord | None = None
    ) -> SourceRecord:
        record = super()._record(prepared, outcome, moment, old)
        if self._overwrites and outcome is Outcome.UPDATED:
            record.leads = _all_of(record.fields)
        if old is None or old.source == self._source:
            return record
        return replace(record, source=old.source, source_id=old.source_id, aliases=old.aliases)


def _all_of(fields: ContactFields) -> tuple[str, ...]:
    """All fields of a record, in the form of `SourceRecord.leads`."""
    return tuple(sorted({WHOLE_NAME if name in NAME else name for name in fields}))
