"""The port to imports of leads: what sources of organizations need of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chalicelib.files.mapping.column_mapping import ColumnMapping

DUPLICATE = "duplicate_in_file"  # the reason of a record whose lead an earlier one of the same import has changed


class LeadColumns(Protocol):
    """What the fields of records become."""

    @property
    def has_identity(self) -> bool:
        """Whether one of them identifies people."""

    @property
    def unknown(self) -> Sequence[str]:
        """The fields that nobody knows."""


class LeadLine(Protocol):
    """What became of one record."""

    @property
    def outcome(self) -> str: ...
    @property
    def lead_ids(self) -> tuple[str, ...]: ...
    @property
    def reason(self) -> str: ...


class LeadImports(Protocol):
    """Imports of leads."""

    def check_field(self, field: str, channel: str) -> None:
        """Raises InvalidInput if nothing of a lead is called so."""

    def check_channel(self, channel: str) -> None:
        """Raises InvalidInput if there is no such channel."""

    def saved_fields(self, saved: "ColumnMapping") -> Mapping[str, str]:
        """The fields of leads by a mapping that a person confirmed for a file of contacts."""

    def columns(self, chosen: Mapping[str, str | None], channel: str) -> Any:
        """What fields become, as `LeadColumns`; by name, "" to ignore one, None to recognize it."""

    def key(
        self,
        organization: str,
        columns: Any,
        record: Mapping[str, str | None],
        *,
        channel: str,
        scope: str | None,
        region: str | None,
    ) -> str:
        """The key of the lead that a record is about; "" if it identifies nobody."""

    def start(
        self,
        organization: str,
        name: str,
        columns: Any,
        records: Sequence[Mapping[str, str | None]],
        *,
        channel: str,
        scope: str | None,
        region: str | None,
        on_existing: str,
        tags: Sequence[str],
        dry_run: bool,
    ) -> str:
        """Import records; the same name gives the same import. Returns its id."""

    def lines(self, organization: str, import_id: str) -> Mapping[int, Any] | None:
        """What became of each record, as `LeadLine`, by its number; None while the import runs."""
