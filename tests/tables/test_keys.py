"""Every kind of item has a key of its own, which can be read back and is the one that earlier versions wrote."""

import itertools
import re
from pathlib import Path
from string import Formatter

import pytest

import chalicelib
from chalicelib.tables import keys
from chalicelib.tables.item_kind import ItemKind
from chalicelib.tables.keys import TABLES, Key
from infra.earlier_items import earlier_items
from tests.fakes.clock import FixedClock

CODE = Path(chalicelib.__file__).parent
KINDS = {name: kind for name, kind in vars(keys).items() if isinstance(kind, ItemKind)}
#: Keys as they are stored. A kind whose key changes loses what is stored: do not change them.
STORED = {
    "JOB": ("job#7", "job"),
    "LEDGER_CHUNK": ("job#7", "ledger#000007#000007"),
    "BOOK_QUEUE": ("owner#ann#1|x", "line"),
    "LANE_QUEUE": ("owner#ann#1|x", "lane#ann#1|x"),
    "LANES": ("owner#ann#1|x", "owner"),
    "BOOK": ("owner#ann#1|x", "book"),
    "FOLLOWED_BOOK": ("owner#ann#1|x", "followed"),
    "LISTED_JOB": ("owner#ann#1|x", "job#0000000000007#7"),
    "RETIRED_JOB": ("owner#ann#1|x", "retired#7"),
    "IDEMPOTENCY_KEY": ("once#7", "once"),
    "ACTIVITY": ("activity#7", "0000000000007#7"),
    "OWN_ACTIVITY": ("owner#ann#1|x", "activity#0000000000007#7"),
    "SPENT_REQUESTS": ("requests#7", "requests"),
    "SCHEDULE_RUN": ("schedule", "run"),
    "LISTED_BOOK": ("books#07", "ann#1|x"),
    "REFRESH": ("owner#ann#1|x", "refresh#7"),
    "WAITING_EMAIL": ("owner#ann#1|x", "mail#7"),
    "VENDOR_CONTROL": ("vendor#7", "control"),
    "VENDOR_SPEND": ("vendor#7", "spend"),
    "WANTED_EVENTS": ("endpoints#ann#1|x", "wanted"),
    "EVENT": ("events#ann#1|x", "0000000000007#7"),
    "ENDPOINT": ("endpoints#ann#1|x", "endpoint#7"),
    "WAITING_DELIVERY": ("deliveries#ann#1|x#7", "waiting#0000000000007#7"),
    "PAST_DELIVERY": ("deliveries#ann#1|x#7", "past#0000000000007#7"),
    "CONTACT": ("ann#1|x#07", "7"),
    "DELETION_MARKER": ("ann#1|x#07", "~grave#7"),
    "DELETION_KEY": ("ann#1|x#07", "~key#deletions"),
    "REMEMBERED_PAIR": ("ann#1|x#00", "~pair#7"),
    "REDIRECT": ("ann#1|x#merged", "7"),
    "PAST_MOVE": ("ann#1|x#past", "7#000000000000007#7#7"),
    "ENRICHMENT_STATUS": ("ann#1|x#07#status", "7"),
    "CONNECTION": ("owner#ann#1|x", "connection#7"),
    "FILE_IMPORT": ("owner#ann#1|x", "file#7"),
    "FILE_DECISION": ("owner#ann#1|x", "decision#7#000007"),
    "CONSENT": ("consent#7", "consent"),
    "HELD_CONSENT": ("held#7", "held"),
    "SESSION": ("sessions#7", "session#7"),
    "COLLECTION": ("collection#7", "collection"),
    "MEMBER_BLOCK": ("collection#7", "members#7#7"),
    "COLLECTION_LINK": ("person#ann#1|x", "collection#7"),
    "SENT_INVITATION": ("person#ann#1|x", "sent#7#7"),
    "RECEIVED_INVITATION": ("person#ann#1|x", "invitation#000000000000007#7"),
    "BLOCKED_SENDER": ("person#ann#1|x", "blocked#7"),
    "REVIEW_DECISION": ("reviews#ann#1|x", "decided#7"),
    "ENRICHMENT_CHOICE": ("owner#ann#1|x", "enrichment"),
    "MAILBOX": ("owner#ann#1|x", "mailbox"),
    "GRANT": ("owner#ann#1|x", "grant#7"),
    "UNSUBSCRIBE": ("unsubscribe#7", "unsubscribe"),
    "REVIEW_LATER": ("reviews#ann#1|x", "later#7"),
    "INGEST_GATE": ("ingest#7", "gate"),
    "INGEST_SOURCE": ("ingest#7", "source"),
    "INGEST_LISTED": ("owner#ann#1|x", "ingest#7"),
    "INGEST_ARRIVAL": ("ingest#7#arrivals", "000000000000007#7"),
    "INGEST_REQUEST": ("ingest#7#requests", "7"),
    "INGEST_APPLIED": ("ingest#7#applied", "7"),
    "INGEST_FAILED": ("ingest#7#failed", "000000000000007#7"),
    "LEAD": ("7#0007", "7"),
    "LEAD_SHARDS": ("7#shards", "shards"),
    "LEAD_KEY": ("key", "key"),
}


def parts_of(kind: ItemKind) -> dict[str, str | int]:
    """A value for every part: a hostile `sub` where one can be, otherwise 7."""
    found: dict[str, str | int] = {}
    for _, name, spec, _ in itertools.chain(Formatter().parse(kind.pk), Formatter().parse(kind.sk)):
        if name is not None:
            found[name] = "ann#1|x" if name in ("owner", "person", "lane") else 7 if spec else "7"
    return found


def test_every_kind_has_a_key_that_stays():
    assert set(KINDS) == set(STORED)


@pytest.mark.parametrize("name", sorted(KINDS))
class TestKinds:
    def test_the_key_is_the_stored_one(self, name):
        assert KINDS[name].key(**parts_of(KINDS[name])) == STORED[name]

    def test_the_key_is_of_this_kind_alone(self, name):
        kind = KINDS[name]

        assert kind.table.kinds_of(kind.key(**parts_of(kind))) == [kind]

    def test_the_parts_are_read_back(self, name):
        kind = KINDS[name]
        parts = kind.parts(kind.key(**parts_of(kind)))

        assert {part: text.lstrip("0") for part, text in parts.items()} == {
            part: str(value) for part, value in parts_of(kind).items()
        }

    def test_it_names_its_content_and_expires_only_if_the_table_allows_it(self, name):
        assert KINDS[name].holds
        assert not KINDS[name].expires or KINDS[name].table.expires_by


class TestReading:
    def test_a_key_of_another_kind_is_refused(self):
        with pytest.raises(ValueError, match="job#"):
            keys.JOB.parts(Key("owner#ann", "line"))

    def test_a_part_that_is_missing_is_refused(self):
        with pytest.raises(KeyError):
            keys.CONNECTION.key(owner="ann")

    def test_a_prefix_ends_before_the_first_part_that_is_not_given(self):
        kind = keys.SENT_INVITATION

        assert [kind.sk_prefix(), kind.sk_prefix(collection_id="c1")] == ["sent#", "sent#c1#"]
        assert keys.RECEIVED_INVITATION.sk_prefix(invited_at=5) == "invitation#000000000000005#"

    def test_an_item_is_known_by_its_key(self):
        item = {**keys.CONNECTION.key(owner="ann", connection_id="c1").item, "state": {"S": "connected"}}

        assert keys.CONNECTION.parts(Key.of(item)) == {"owner": "ann", "connection_id": "c1"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_item_of_an_earlier_version_is_of_one_kind(table):
    for item in earlier_items(FixedClock().now()).tables.get(table, ()):
        assert len(TABLES[table].kinds_of(Key.of(item))) == 1, item


def test_no_other_module_spells_a_key():
    """What keys begin with, as text in quotes, is in the list of keys alone."""
    begins = {
        part.partition("{")[0] for kind in KINDS.values() for part in (kind.pk, kind.sk) if re.match(r"~?\w+#", part)
    } | {"due#", "day#"}
    spelled = re.compile(rf"""["']({"|".join(map(re.escape, sorted(begins)))})""")
    found = {
        f"{path.relative_to(CODE)}: {match[0]}"
        for path in CODE.rglob("*.py")
        if path.parent.name != "tables"
        for match in spelled.finditer(path.read_text())
    }

    assert found == set()
