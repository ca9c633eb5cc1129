"""One contact as Microsoft Graph v1.0 writes it, by `$select` and by the kind of id asked for."""

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.sandbox.hostile import microsoft_oddity
from local.sandbox.people import Address, Human
from local.sandbox.wire import Json, encode_json

if TYPE_CHECKING:
    from local.sandbox.accounts import Account, Entry

Select = frozenset[str] | None
_YEARLESS = 1604  # what Apple's programs write for a birthday without a year


def render_contact(account: "Account", entry: "Entry", select: Select, immutable: bool) -> bytes:
    """The contact as JSON, created once per selection."""
    form = (select, immutable)
    known = entry.rendered.get(form)
    if known is None:
        known = entry.rendered[form] = encode_json(_select_fields(contact(account, entry, immutable), select))
    return known


def _select_fields(whole: dict[str, Json], select: Select) -> dict[str, Json]:
    """`id` and the annotations come in any case."""
    if select is None:
        return whole
    return {name: value for name, value in whole.items() if name in select or name == "id" or name.startswith("@")}


def contact_id(account: "Account", entry: "Entry", immutable: bool, moves: int | None = None) -> str:
    """An immutable id, or one that changes with the folder. Adjacent ids differ in the case of one letter."""
    half, case = divmod(entry.number, 2)
    moved = 0 if immutable else (entry.moves if moves is None else moves)
    kind = "AAkALg" if immutable else "AAMkAG"
    return f"{kind}{_pack(account.number, half, moved)}{'Qq'[case]}AAA="


def folder_id(account: "Account", folder: int) -> str:
    return f"AAMkAGF{_pack(account.number, folder)}AAAAAAEOAAA="


def contact(account: "Account", entry: "Entry", immutable: bool) -> dict[str, Json]:
    """Every field of a contact, absent values as null or empty, in the order of Graph."""
    who, change_key = entry.human, f"EQAAABYAAA{_pack(account.number, entry.changed)}"
    whole = {
        "@odata.etag": f'W/"{change_key}"',
        "id": contact_id(account, entry, immutable),
        "createdDateTime": _instant(account.recipe.born),
        "lastModifiedDateTime": _instant(entry.modified_at),
        "changeKey": change_key,
        "categories": list(who.groups),
        "parentFolderId": folder_id(account, entry.folder),
        "birthday": _birthday(who),
        "fileAs": ", ".join(filter(None, (who.family, who.given))) or who.display,
        "displayName": who.display,
        "givenName": who.given or None,
        "initials": None,
        "middleName": who.middle or None,
        "nickName": who.nickname or None,
        "surname": who.family or None,
        "title": who.prefix or None,
        "yomiGivenName": who.phonetic_given or None,
        "yomiSurname": who.phonetic_family or None,
        "yomiCompanyName": None,
        "generation": who.suffix or None,
        "imAddresses": [handle for handle, _ in who.ims],
        **_work(who),
        **_contact_details(who),
    }
    return whole | microsoft_oddity(entry.odd) | (entry.raw or {})


def _work(who: Human) -> dict[str, Json]:
    return {
        "jobTitle": who.title or None,
        "companyName": who.company or None,
        "department": who.department or None,
        "officeLocation": None,
        "profession": None,
        "businessHomePage": who.url or None,
        "assistantName": None,
        "manager": None,
    }


def _contact_details(who: Human) -> dict[str, Json]:
    phones = {kind: [phone.raw for phone in who.phones if phone.label == kind] for kind in ("home", "work", "mobile")}
    addresses = {address.label: address for address in who.addresses}
    return {
        "homePhones": phones["home"],
        "mobilePhone": phones["mobile"][0] if phones["mobile"] else None,
        "businessPhones": phones["work"],
        "spouseName": who.spouse or None,
        "personalNotes": who.note,
        "children": [],
        "emailAddresses": [{"name": who.display or value, "address": value} for value, _ in who.emails],
        "homeAddress": _address(addresses.get("home")),
        "businessAddress": _address(addresses.get("work")),
        "otherAddress": {},
    }


def _address(address: Address | None) -> dict[str, Json]:
    if address is None:
        return {}
    lines = "\r\n".join(filter(None, (address.po_box, address.street, address.extended)))
    parts = {"street": lines, "city": address.city, "state": address.region}
    parts |= {"countryOrRegion": address.country.name, "postalCode": address.postcode}
    return {member: text for member, text in parts.items() if text}


def _birthday(who: Human) -> str | None:
    """Midnight UTC, as Outlook on the web writes it; older programs wrote other hours (see "odd-birthday")."""
    if who.birthday is None:
        return None
    year, month, day = who.birthday
    return f"{year or _YEARLESS:04d}-{month:02d}-{day:02d}T00:00:00Z"


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pack(*numbers: int) -> str:
    """Numbers in Base64 that is safe in a path, without padding."""
    raw = b"".join(number.to_bytes(4) for number in numbers)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
