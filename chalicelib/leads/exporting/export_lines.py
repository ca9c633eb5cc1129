"""Leads as the lines of an exported file."""

from collections.abc import Iterable, Sequence

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.safe_csv import csv_pieces
from chalicelib.leads.channels.identity import ANYWHERE
from chalicelib.leads.exporting.export_job import ExportFormat
from chalicelib.leads.lead import Lead
from chalicelib.leads.lead_json import lead_json

_BETWEEN = "; "  # several values in one cell
_BEFORE = ("leadId", "name", "email", "phone", "tags")
_AFTER = ("custom", "source", "sourceRow", "createdAt", "changedAt")


class LeadLines:
    """Writes leads in one format.

    Args:
        channels: those that have a column in CSV, which are all of this deployment.
    """

    def __init__(self, form: ExportFormat, channels: Sequence[str]) -> None:
        self._format, self._channels = form, tuple(channels)

    def header(self) -> bytes:
        """The beginning of the file."""
        if self._format is ExportFormat.NDJSON:
            return b""
        columns = (*_BEFORE, *(f"identity {channel}" for channel in self._channels), *_AFTER)
        return "".join(csv_pieces(columns, ())).encode()

    def lines(self, leads: Iterable[Lead]) -> bytes:
        if self._format is ExportFormat.NDJSON:
            return "".join(f"{encode_json(lead_json(lead))}\n" for lead in leads).encode("utf-8", "surrogatepass")
        _, *rows = csv_pieces((), map(self._row, leads))  # the first piece is the header, which this is not
        return "".join(rows).encode("utf-8", "surrogatepass")

    def _row(self, lead: Lead) -> list[str]:
        profile, row = lead.profile, lead.created_by.row
        identities = [_BETWEEN.join(_of_channel(lead, channel)) for channel in self._channels]
        created_at, changed_at = (str(rfc3339(instant(at))) for at in (lead.created_at, lead.changed_at))
        custom = encode_json(dict(profile.custom)) if profile.custom else ""
        before = [lead.id, profile.name, profile.email, profile.phone, _BETWEEN.join(profile.tags)]
        is_imported = lead.source != "api"
        return [*before, *identities, custom, lead.source, str(row) if is_imported else "", created_at, changed_at]


def _of_channel(lead: Lead, channel: str) -> Iterable[str]:
    """The lead's identifiers on a channel; those that are unique in something have it in front."""
    for each in lead.identities:
        if each.channel == channel:
            yield each.form if each.scope == ANYWHERE else f"{each.scope}:{each.form}"
