"""The parts of enrichment, each built when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.enrichment.choices import ChoiceStore
    from chalicelib.enrichment.control_store import ControlStore
    from chalicelib.enrichment.spend_store import SpendStore
    from chalicelib.jobs.book_registry import BookRegistry
    from chalicelib.shared_parts import SharedParts


class EnrichmentParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    # ── control

    @cached_property
    def controls(self) -> ControlStore:
        from chalicelib.enrichment.control_store import ControlStore
        from chalicelib.vendors.registry import VENDORS

        return ControlStore(self.shared.dynamo, self.shared.settings.jobs_table, tuple(VENDORS))

    @cached_property
    def spends(self) -> SpendStore:
        from chalicelib.enrichment.spend_store import SpendStore

        return SpendStore(self.shared.dynamo, self.shared.settings.jobs_table)

    @cached_property
    def choices(self) -> ChoiceStore:
        from chalicelib.enrichment.choices import ChoiceStore

        return ChoiceStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def books(self) -> BookRegistry:
        from chalicelib.jobs.book_registry import BookRegistry

        return BookRegistry(self.shared.dynamo, self.shared.settings.jobs_table)
