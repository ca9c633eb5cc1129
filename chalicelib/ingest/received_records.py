"""The records of a batch with what each of them says of itself."""

from collections.abc import Iterable

from chalicelib.ingest.combine_records import Received
from chalicelib.ingest.contact_mapper import ContactMapper, record_key
from chalicelib.ingest.record_cells import Cells
from chalicelib.ingest.record_reader import identity_of
from chalicelib.ingest.source import RecordRules


def received_records(records: Iterable[tuple[Cells, int]], rules: RecordRules, mapper: ContactMapper) -> list[Received]:
    """The records, each given with when it was received, in their order.

    One without an id of the sender's is known by an address, a number or a name, or else by all that it says.
    """
    return [_received(cells, at, rules, mapper) for cells, at in records]


def _received(cells: Cells, received: int, rules: RecordRules, mapper: ContactMapper) -> Received:
    identity = identity_of(cells, rules)
    fields = {} if identity.record_id else mapper(cells, identity.fields).fields
    return Received(record_key(identity.record_id, fields, cells), cells, received, identity.event_id, identity.at)
