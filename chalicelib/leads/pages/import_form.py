"""The form that begins an import: how its file is read."""

from collections.abc import Mapping

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.start_import import ImportRequest
from chalicelib.leads.region import checked_region

DEFAULTS: Mapping[str, str] = {
    "s3_key": "",
    "on_existing": OnExisting.FILL,
    "channel": "whatsapp",
    "scope": "",
    "region": "",
    "tags": "",
    "dry_run": "",
}


def sent_fields(form: Form) -> dict[str, str]:
    """What the person sent, apart from the columns."""
    return {name: form.text(name).strip() for name in DEFAULTS}


def request_from(fields: Mapping[str, str], mapping: Mapping[str, str]) -> ImportRequest:
    """The import that the form stands for.

    Raises:
        InvalidInput: a field cannot be read; `field` names it.
    """
    policy = fields["on_existing"] or OnExisting.FILL
    if policy not in tuple(OnExisting):
        raise InvalidInput("Choose what becomes of leads that there are.", field="on_existing")
    return ImportRequest(
        key=fields["s3_key"],
        mapping=mapping,
        channel=fields["channel"] or DEFAULTS["channel"],
        scope=fields["scope"] or None,
        region=checked_region(fields["region"] or None),
        on_existing=OnExisting(policy),
        tags=fields["tags"].splitlines(),
        dry_run=fields["dry_run"] == "yes",
    )
