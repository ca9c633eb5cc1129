"""Starts a trial of records for leads: an import that changes nothing and tells what one would do."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.foundation.errors import InvalidInput
from chalicelib.ingest.envelope import Envelope
from chalicelib.ingest.import_leads import lead_columns, lead_rules
from chalicelib.ingest.lead_imports import LeadImports
from chalicelib.ingest.source import IngestSource


@dataclass(frozen=True)
class PlanLeads:
    """The use case of a trial."""

    imports: LeadImports
    fresh_id: Callable[[], str]

    def __call__(self, source: IngestSource, organization: str, envelope: Envelope) -> str:
        """The id of the import.

        Raises:
            InvalidInput: none of the fields identifies people, or the records cannot be imported.
        """
        records = [each.cells for each in envelope.elements if not each.refused]
        columns = lead_columns(self.imports, records, source.rules)
        if not columns.has_identity:
            raise InvalidInput("No field identifies people. Name one in the source's fields.", field="fields")
        return self.imports.start(
            organization,
            f"trial-{self.fresh_id()}",
            columns,
            records,
            **lead_rules(source.rules),
            on_existing=source.rules.on_existing,
            tags=[source.tag],
            dry_run=True,
        )
