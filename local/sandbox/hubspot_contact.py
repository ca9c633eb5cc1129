"""One contact as HubSpot's CRM API writes it: an id, and properties whose values are all texts or null."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.sandbox.hostile import hubspot_oddity
from local.sandbox.people import Address, Human
from local.sandbox.wire import Json, encode_json

if TYPE_CHECKING:
    from local.sandbox.accounts import Account, Entry

STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
LEAD_STATUSES = {"NEW": "New", "OPEN": "Open", "IN_PROGRESS": "In Progress", "BAD_TIMING": "Bad Timing"}
OWN = "shoe_size"  # the one property that each account has made itself
ALWAYS = ("createdate", "hs_object_id", "lastmodifieddate")  # in every response


def contact_id(account: "Account", entry: "Entry") -> str:
    """Ids ascend, as those of an account that is filled contact by contact."""
    return str(number_of(account, entry.number))


def number_of(account: "Account", number: int) -> int:
    return 10_000 + account.number % 1_000_000 * 100_000 + number


def stage_names(account: "Account") -> dict[str, str]:
    """The labels of the lifecycle stages, which an account may rename."""
    return {value: account.labels.get(value, label) for value, label in STAGES.items()}


def render_contact(account: "Account", entry: "Entry", properties: frozenset[str], *, archived: bool = False) -> bytes:
    """The contact as JSON, created once per selection."""
    form = (properties, archived)
    known = entry.rendered.get(form)
    if known is None:
        known = entry.rendered[form] = encode_json(_contact(account, entry, properties, archived=archived))
    return known


def modified_ms(entry: "Entry") -> int:
    """When the contact changed, in milliseconds since 1970."""
    return round(entry.modified_at * 1000)


def all_properties(account: "Account", entry: "Entry") -> dict[str, str | None]:
    """Every property that has a value, and those with an unusual one."""
    who = entry.human
    whole: dict[str, str | None] = {
        "hs_object_id": contact_id(account, entry),
        "createdate": instant(account.recipe.born),
        "lastmodifieddate": instant(entry.modified_at),
        "hs_merged_object_ids": ";".join(entry.previous),
        "salutation": who.prefix,
        "firstname": who.given,
        "lastname": who.family,
        "company": who.company,
        "jobtitle": who.title,
        "website": who.url,
        "date_of_birth": _birthday(who),
        "message": who.note,
        OWN: who.own_fields[0][1] if who.own_fields else "",
        "twitterhandle": who.ims[0][0] if who.ims else "",
        **_stage(entry),
        **_emails(who),
        **_phones(who),
        **_address(who.addresses[0] if who.addresses else None),
    }
    return {name: value for name, value in whole.items() if value} | hubspot_oddity(entry.odd)


def instant(seconds: float) -> str:
    whole = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _contact(account: "Account", entry: "Entry", properties: frozenset[str], *, archived: bool) -> dict[str, Json]:
    values = all_properties(account, entry)
    shown = {name: values.get(name) for name in sorted({*properties, *ALWAYS})}
    record: dict[str, Json] = {
        "id": contact_id(account, entry),
        "properties": shown,
        "createdAt": instant(account.recipe.born),
        "updatedAt": instant(entry.modified_at),
        "archived": archived,
    }
    if archived:
        record["archivedAt"] = instant(entry.modified_at)
    return record | (entry.raw or {})


def _stage(entry: "Entry") -> dict[str, str]:
    values, statuses = list(STAGES), list(LEAD_STATUSES)
    status = {"hs_lead_status": statuses[entry.number % len(statuses)]} if entry.number % 3 == 0 else {}
    return {"lifecyclestage": values[entry.number % len(values)], **status}


def _emails(who: Human) -> dict[str, str]:
    addresses = [address for address, _ in who.emails]
    return {"email": addresses[0], "hs_additional_emails": ";".join(addresses[1:])} if addresses else {}


def _phones(who: Human) -> dict[str, str]:
    names = {"mobile": "mobilephone", "work": "phone"}
    return {names.get(phone.label, "phone"): phone.raw for phone in who.phones}


def _address(address: Address | None) -> dict[str, str]:
    if address is None:
        return {}
    street = "\n".join(filter(None, (address.po_box, address.street, address.extended)))
    country = {"country": address.country.name, "hs_country_region_code": address.country.code}
    return {"address": street, "city": address.city, "state": address.region, "zip": address.postcode, **country}


def _birthday(who: Human) -> str:
    if who.birthday is None:
        return ""
    year, month, day = who.birthday
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month:02d}/{day:02d}"


def definitions(account: "Account") -> list[dict[str, Json]]:
    """The definitions of properties: HubSpot's own, one hidden one, and one that the account has made."""
    texts = ("firstname", "lastname", "email", "company", "jobtitle", "message", "date_of_birth")
    return [
        *(_definition(name, name.title(), "text") for name in texts),
        _definition("lifecyclestage", "Lifecycle Stage", "radio", stage_names(account)),
        _definition("hs_lead_status", "Lead Status", "radio", LEAD_STATUSES),
        {**_definition("hs_internal", "Internal", "text"), "hidden": True},
        {**_definition(OWN, "Shoe size", "text"), "hubspotDefined": False},
    ]


def _definition(name: str, label: str, field_type: str, options: dict[str, str] | None = None) -> dict[str, Json]:
    return {
        "name": name,
        "label": label,
        "type": "enumeration" if options else "string",
        "fieldType": field_type,
        "groupName": "contactinformation",
        "hubspotDefined": True,
        "hidden": False,
        "calculated": False,
        "archived": False,
        "options": [
            {"value": value, "label": shown, "displayOrder": at, "hidden": False}
            for at, (value, shown) in enumerate((options or {}).items())
        ],
    }
