"""The statements in PartiQL that write single leads, 25 in one request: a write for half the price of a transaction."""

from chalicelib.foundation.dynamo import Statement
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_rows import content_of, entry_key, names_of, to_text


def insert_statement(table: str, lead: Lead, version: int) -> Statement:
    """The insert of a new lead with one identity, if the identity has no item yet."""
    key = entry_key(lead.organization, lead.id)
    return {
        "Statement": f"""INSERT INTO "{table}" VALUE {{'pk': ?, 'sk': ?, 'n': ?, 'v': ?, 'lead': ?}}""",
        "Parameters": [key["pk"], key["sk"], {"N": "1"}, {"N": str(version)}, {"S": to_text(lead)}],
    }


def update_statement(table: str, lead: Lead) -> Statement:
    """The update of a stored lead, if its item still has the revision that the lead has."""
    key = entry_key(lead.organization, lead.id)
    return {  # the name of the table is a setting, and all values are parameters
        "Statement": f"""UPDATE "{table}" SET "lead" = ? SET "n" = ? WHERE "pk" = ? AND "sk" = ? AND "n" = ?""",  # noqa: S608
        "Parameters": [{"S": to_text(lead)}, {"N": str(lead.rev + 1)}, key["pk"], key["sk"], {"N": str(lead.rev)}],
    }


def entry_statement(table: str, organization: str, before: Entry, after: Entry) -> Statement:
    """The update of an item that is there, if it still has the revision that `before` has."""
    key, content = entry_key(organization, after.key), content_of(after)
    changes = "".join(
        [f' SET "{name}" = ?' for name in content] + [f' REMOVE "{name}"' for name in _lost(before, after)]
    )
    return {  # as above; the names are ours
        "Statement": f"""UPDATE "{table}" SET "n" = ?{changes} WHERE "pk" = ? AND "sk" = ? AND "n" = ?""",  # noqa: S608
        "Parameters": [{"N": str(before.rev + 1)}, *content.values(), key["pk"], key["sk"], {"N": str(before.rev)}],
    }


def _lost(before: Entry, after: Entry) -> list[str]:
    """The attributes that the item has before and not after."""
    kept = names_of(after)
    return [name for name in names_of(before) if name not in kept]
