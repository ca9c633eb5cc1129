"""A Microsoft contact in our words. Whatever stands in a record: a contact or an `Unreadable`, never an exception."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

from chalicelib.contacts.contact import (
    Address,
    Birthday,
    ContactFields,
    CustomField,
    Email,
    Im,
    Phone,
    Relation,
    SourceContact,
    Unreadable,
    Url,
)
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import birthday, block, email_addresses, line, says_anything, web_link
from chalicelib.providers.unmapped_values import BIRTHDAY, EMAIL, WEB, Rest

FOLDER, PARTIAL = "_folder", "_partial"  # what `microsoft.py` writes into a record
MENDED = "mended"  # a PARTIAL that was read whole since: it replaces all that was said
LINES = (
    ("title", "prefix"),
    ("givenName", "given"),
    ("middleName", "middle"),
    ("surname", "family"),
    ("generation", "suffix"),
    ("displayName", "display"),
    ("yomiGivenName", "phonetic_given"),
    ("yomiSurname", "phonetic_family"),
    ("fileAs", "file_as"),
    ("nickName", "nickname"),
    ("companyName", "organization"),
    ("yomiCompanyName", "phonetic_organization"),
    ("department", "department"),
    ("jobTitle", "title"),
)
PHONES = (("businessPhones", "work"), ("homePhones", "home"), ("mobilePhone", "mobile"))
ADDRESSES = (("businessAddress", "work"), ("homeAddress", "home"), ("otherAddress", "other"))
ADDRESS_LINES = (
    ("postOfficeBox", "po_box"),
    ("city", "city"),
    ("state", "region"),
    ("postalCode", "postal_code"),
    ("countryOrRegion", "country"),
)
RELATIONS = (("spouseName", "spouse"), ("children", "child"), ("manager", "manager"), ("assistantName", "assistant"))
CUSTOM_FIELDS = (("profession", "Profession"), ("officeLocation", "Office"), ("initials", "Initials"))
# What of theirs makes a member of ours. Where several do, one alone would drop what the others said; but of relations
# and custom fields, each label and name counts as a member of its own.
SOURCES_OF: Mapping[str, tuple[str, ...]] = {
    **{ours: (theirs,) for theirs, ours in LINES},
    "phones": tuple(theirs for theirs, _ in PHONES),
    "addresses": tuple(theirs for theirs, _ in ADDRESSES),
    "emails": ("emailAddresses",),
    "ims": ("imAddresses",),
    "birthday": ("birthday",),
    "notes": ("personalNotes",),
    "groups": ("categories",),
    "groups_by_id": (FOLDER,),
    "urls": ("businessHomePage",),
    **{f"relations:{label}": (theirs,) for theirs, label in RELATIONS},
    **{f"custom_fields:{name}": (theirs,) for theirs, name in CUSTOM_FIELDS},
    f"custom_fields:{EMAIL}": ("emailAddresses",),
    f"custom_fields:{WEB}": ("businessHomePage",),
    f"custom_fields:{BIRTHDAY}": ("birthday",),
}
TOGETHER = ("phones", "addresses")  # made of several of theirs
NOON = time(12)
NO_DATE = {1, 1600, 1601, 4500, 4501}  # years that mean no date, in any time zone


def source_contact(record: Json) -> SourceContact | Unreadable:
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("id")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    partial = record.get(PARTIAL) is True
    said, dropped = _said(record)
    if partial:
        return SourceContact(source_id, said, partial=True, cleared=tuple(_cleared(record, said)), dropped=dropped)
    if not says_anything(said):
        return Unreadable(source_id, "empty")
    if record.get(PARTIAL) == MENDED:
        cleared = (*(one for one in SOURCES_OF if one not in said), "relations", "custom_fields")
        return SourceContact(source_id, said, partial=True, cleared=cleared, dropped=dropped)
    return SourceContact(source_id, said, dropped=dropped)


def is_torn(record: Json) -> bool:
    """Whether a changed contact holds only a part of what makes one of our members: some of its phones, say."""
    several = [SOURCES_OF[member] for member in TOGETHER]
    return isinstance(record, dict) and any(0 < sum(one in record for one in each) < len(each) for each in several)


def _cleared(record: Mapping[str, Json], said: ContactFields) -> Iterator[str]:
    """Members of which a changed contact says that they are empty now, and what of others it says again."""
    for ours, theirs in SOURCES_OF.items():
        if ours not in said and any(member in record for member in theirs):
            yield ours


def _said(record: Mapping[str, Json]) -> tuple[ContactFields, tuple[str, ...]]:
    """What the contact says, and the kinds of values that cannot be kept."""
    said: ContactFields = {}
    for theirs, ours in LINES:
        if theirs in record and (text := line(record[theirs])):
            said[ours] = text  # type: ignore[literal-required]  # LINES names members of Said
    rest = _rest(said)
    for ours, read in READERS:
        if value := read(record, rest):
            said[ours] = value  # type: ignore[literal-required]  # READERS names members of Said
    if "personalNotes" in record and (notes := block(record["personalNotes"])):
        said["notes"] = notes
    for theirs, name in CUSTOM_FIELDS:
        if theirs in record:
            rest.keep(name, record[theirs])
    if fields := rest.custom_fields:
        said["custom_fields"] = sorted(fields, key=_name_of)
    return said, rest.dropped


def _rest(said: ContactFields) -> Rest:
    """It knows what the contact is called in every way, for the names beside addresses."""
    given, middle, family = said.get("given", ""), said.get("middle", ""), said.get("family", "")
    others = (said.get("display"), said.get("file_as"), said.get("nickname"), said.get("organization"))
    return Rest((*others, given, family, f"{given} {family}", f"{given} {middle} {family}"))


def _name_of(field: CustomField) -> str:
    return field.get("name", "")


def _emails(record: Mapping[str, Json], rest: Rest) -> list[Email]:
    """Real addresses only: Exchange also lists X.500 names, and entries without any; then `name` may hold one.

    If there is an address, `name` is the address again, the contact's name, or some other text.
    """
    addresses: dict[str, Email] = {}
    for entry in _listed(record.get("emailAddresses")):
        if not isinstance(entry, dict):
            continue
        address, name = entry.get("address"), line(entry.get("name"))
        rest.emails(address, "", addresses)
        if rest.knows(name) or name == address:
            continue
        executor = email_addresses(name)
        if not email_addresses(address)[0]:
            if executor[0] or "displayName" in record:
                rest.emails(name, "", addresses)
        elif "displayName" in record and not rest.knows(executor[1]):
            rest.keep(EMAIL, f"{name} <{line(address)}>")
    return list(addresses.values())


def _phones(record: Mapping[str, Json], rest: Rest) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for member, label in PHONES:
        value = record.get(member)
        for number in _each(value):
            rest.mind("Phone", number)
            if (raw := line(number)) and raw not in phones:
                phones[raw] = {"raw": raw, "label": label}
    return list(phones.values())


def _addresses(record: Mapping[str, Json], _: Rest) -> list[Address]:
    """An address without any line is {} or null."""
    found = []
    for member, label in ADDRESSES:
        given = record.get(member)
        if not given or not isinstance(given, dict):
            continue
        address: Address = {}
        if street := block(given.get("street")):
            address["street"] = street
        for theirs, ours in ADDRESS_LINES:
            if text := line(given.get(theirs)):
                address[ours] = text  # type: ignore[literal-required]  # ADDRESS_LINES names members of Address
        if address:
            address["label"] = label
            found.append(address)
    return found


def _relations(record: Mapping[str, Json], _: Rest) -> list[Relation]:
    found = [
        Relation(value=name, label=label)
        for member, label in RELATIONS
        if record.get(member)
        for person in _each(record.get(member))
        if (name := line(person))
    ]
    return sorted(found, key=lambda relation: relation["label"])


def _urls(record: Mapping[str, Json], rest: Rest) -> list[Url]:
    if link := web_link(record.get("businessHomePage")):
        return [{"value": link}]
    rest.keep(WEB, record.get("businessHomePage"))
    return []


def _ims(record: Mapping[str, Json], _: Rest) -> list[Im]:
    handles = (line(handle) for handle in _listed(record.get("imAddresses")))
    return [{"value": handle} for handle in dict.fromkeys(handles) if handle]


def _birthday(record: Mapping[str, Json], rest: Rest) -> Birthday | None:
    """The day that was meant. Outlook writes 11:59 in UTC, others midnight in UTC: the date stands as it is.

    Many programs write midnight where they run. East of Greenwich that is the evening before in UTC: after 12:00, no
    zone has its midnight on that date, so the next one is meant. Zones more than twelve hours ahead would be before
    12:00, as Outlook's own hour is; they are read as they stand.
    """
    written = record.get("birthday")
    rest.mind(BIRTHDAY, written)
    if not isinstance(written, str):
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
        day = moment.astimezone(UTC) if moment.tzinfo else moment
        if moment.tzinfo and day.time() > NOON:
            day += timedelta(days=1)
    except OverflowError:  # a mark for no date, at the end of time
        return None
    except ValueError:
        rest.keep(BIRTHDAY, written if any(map(str.isdigit, written)) else None)
        return None
    found = birthday(day.year, day.month, day.day)
    if found is None and day.year not in NO_DATE:
        rest.keep(BIRTHDAY, day.date().isoformat())
    return found


def _categories(record: Mapping[str, Json], _: Rest) -> list[str]:
    """Outlook's categories, which have no ids: a name is all there is of one."""
    names = (line(name) for name in _listed(record.get("categories")))
    return list(dict.fromkeys(filter(None, names)))


def _folder(record: Mapping[str, Json], _: Rest) -> dict[str, str]:
    folder = record.get(FOLDER)
    named = folder.items() if isinstance(folder, dict) else ()
    return {key: name for key, text in named if (name := line(text))}


def _each(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


READERS = (
    ("emails", _emails),
    ("phones", _phones),
    ("addresses", _addresses),
    ("birthday", _birthday),
    ("relations", _relations),
    ("urls", _urls),
    ("ims", _ims),
    ("groups", _categories),
    ("groups_by_id", _folder),
)
