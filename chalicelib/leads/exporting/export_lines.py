"""Leads as the lines of an exported file."""

from collections.abc import Iterable

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.safe_csv import csv_pieces
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import ANYWHERE
from chalicelib.leads.exporting.export_job import ExportFormat
from chalicelib.leads.lead import Lead
from chalicelib.leads.lead_json import lead_json
from chalicelib.leads.own_files import (
    EXPORT_COLUMNS,
    IDENTITY_COLUMN,
    LAST_EXPORT_COLUMNS,
    SCOPE_COLUMN,
    list_cell,
)


class LeadLines:
    """Writes leads in one format. In CSV, each channel has a column, and another one if its identities have scopes."""

    def __init__(self, form: ExportFormat, channels: Channels) -> None:
        self._format, self._scoped = form, frozenset(channels.scoped)
        self._channels = channels.names

    def header(self) -> bytes:
        """The beginning of the file."""
        if self._format is ExportFormat.NDJSON:
            return b""
        identities: list[str] = []
        for channel in self._channels:
            identities.append(f"{IDENTITY_COLUMN} {channel}")
            identities += [f"{SCOPE_COLUMN} {channel}"] if channel in self._scoped else []
        return "".join(csv_pieces((*EXPORT_COLUMNS, *identities, *LAST_EXPORT_COLUMNS), ())).encode()

    def lines(self, leads: Iterable[Lead]) -> bytes:
        if self._format is ExportFormat.NDJSON:
            return "".join(f"{encode_json(lead_json(lead))}\n" for lead in leads).encode("utf-8", "surrogatepass")
        _, *rows = csv_pieces((), map(self._row, leads))  # the first piece is the header, which this is not
        return "".join(rows).encode("utf-8", "surrogatepass")

    def _row(self, lead: Lead) -> list[str]:
        profile, row = lead.profile, lead.created_by.row
        identities = [cell for channel in self._channels for cell in self._cells_of(lead, channel)]
        created_at, changed_at = (str(rfc3339(instant(at))) for at in (lead.created_at, lead.changed_at))
        custom = encode_json(dict(profile.custom)) if profile.custom else ""
        before = [lead.id, profile.name, profile.email, profile.phone, list_cell(profile.tags)]
        is_imported = lead.source != "api"
        return [*before, *identities, custom, lead.source, str(row) if is_imported else "", created_at, changed_at]

    def _cells_of(self, lead: Lead, channel: str) -> list[str]:
        """The lead's identifiers on a channel, and their scopes in the same order."""
        identities = [each for each in lead.identities if each.channel == channel]
        forms = list_cell([each.form for each in identities])
        if channel not in self._scoped:
            return [forms]
        scopes = [each.scope for each in identities]
        return [forms, "" if set(scopes) <= {ANYWHERE} else list_cell(scopes)]
