"""The statements in PartiQL that write single leads, 25 in one request: a write for half the price of a transaction."""

from chalicelib.foundation.dynamo import Statement
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.lead_rows import entry_key, to_text


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
