"""The table of a contact's fields: how each is stored, searched, edited, exported and described.

Cleaning, folding, validation, forms, pages, search, exports, GraphQL and the API description read it. A new field is
one row here and one line of `source_record.ContactFields`. Pages and responses have the fields in this order.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.contact_field import (
    LONGEST_LINE,
    Bulk,
    Column,
    ContactField,
    FormField,
    Holds,
    Kind,
    Part,
    Property,
    Searched,
    Section,
)
from chalicelib.contacts.identities import LONGEST_EMAIL, LONGEST_PHONE
from chalicelib.contacts.web_links import LONGEST_LINK

LONGEST_LABEL = 100
LONGEST_FIELD_NAME = 64  # of a custom field
LONGEST_CUSTOM_VALUE = 10_000
MOST_CUSTOM_FIELDS = 50

_LABEL = Part("label", "Kind", LONGEST_LABEL, is_content=False)


def _of_name(
    name: str,
    title: str,
    header: str,
    form: FormField = FormField(),  # noqa: B008 # immutable
    vcard: Property | None = None,
) -> ContactField:
    column = Column(header) if header else None
    return ContactField(name, title, is_of_name=True, searched=Searched.NOT, column=column, vcard=vcard, form=form)


_EMAIL = (Part("value", longest=LONGEST_EMAIL, holds=Holds.EMAIL, header="Value"), _LABEL)
_PHONE = (
    Part("raw", longest=LONGEST_PHONE, holds=Holds.PHONE, header="Value"),
    Part("e164", longest=LONGEST_PHONE, is_derived=True, is_content=False),
    Part("extension", longest=LONGEST_PHONE, is_derived=True, is_content=False),
    _LABEL,
)
_ADDRESS = (
    Part("po_box", "PO box", header="PO Box"),
    Part("extended", "Apartment, floor, building", header="Extended Address"),
    Part("street", "Street", is_multiline=True, header="Street"),
    Part("postal_code", "Postal code", header="Postal Code"),
    Part("city", "City", header="City"),
    Part("region", "Region", header="Region"),
    Part("country", "Country", header="Country"),
    _LABEL,
)
_CUSTOM_FIELD = (
    Part("value", "Value", LONGEST_CUSTOM_VALUE, Holds.TYPED, header="Value", is_multiline=True),
    Part("type", "Type", holds=Holds.CHOICE, choices=("text", "number", "date"), is_content=False),
    Part("name", "Name", LONGEST_FIELD_NAME, is_content=False),
)


def _with_label(holds: Holds = Holds.TEXT, longest: int = LONGEST_LINE) -> tuple[Part, ...]:
    return (Part("value", longest=longest, holds=holds, header="Value"), _LABEL)


TABLE: tuple[ContactField, ...] = (
    ContactField(
        "display",
        "Name",
        is_of_name=True,
        searched=Searched.NAME,
        description="If left out of an edit, it follows the parts of the name, unless it was set otherwise.",
        form=FormField(Section.NAME, title="Shown as", hint="Leave empty to use the names above"),
    ),
    _of_name("prefix", "Prefix", "Name Prefix", FormField(hint="Dr., Prof.")),
    _of_name("given", "First name", "First Name", FormField(Section.NAME)),
    _of_name("middle", "Middle name", "Middle Name"),
    _of_name("family", "Last name", "Last Name", FormField(Section.NAME)),
    _of_name("suffix", "Suffix", "Name Suffix", FormField(hint="Jr., MD")),
    _of_name(
        "phonetic_given",
        "Phonetic first name",
        "Phonetic First Name",
        FormField(hint="How it is pronounced"),
        Property("X-PHONETIC-FIRST-NAME"),
    ),
    _of_name(
        "phonetic_middle", "Phonetic middle name", "Phonetic Middle Name", vcard=Property("X-PHONETIC-MIDDLE-NAME")
    ),
    _of_name("phonetic_family", "Phonetic last name", "Phonetic Last Name", vcard=Property("X-PHONETIC-LAST-NAME")),
    ContactField(
        "file_as",
        "File as",
        is_of_name=True,
        searched=Searched.NOT,
        description="The name it is sorted by. If left out of an edit, it is reset when the name changes.",
        column=Column("File As"),
    ),
    ContactField(
        "nickname",
        "Nickname",
        searched=Searched.NAME,
        column=Column("Nickname"),
        vcard=Property("NICKNAME"),
        form=FormField(Section.NAME),
    ),
    ContactField(
        "emails",
        "Email",
        Kind.OBJECTS,
        parts=_EMAIL,
        singular="email",
        searched=Searched.ADDRESS,
        column=Column("E-mail", 10, at_least=1),
        vcard=Property("EMAIL"),
        form=FormField(Section.REACH, "Email", "Address", input="email"),
    ),
    ContactField(
        "phones",
        "Phone",
        Kind.OBJECTS,
        parts=_PHONE,
        singular="phone",
        searched=Searched.ADDRESS,
        column=Column("Phone", 10, at_least=1),
        vcard=Property("TEL"),
        form=FormField(Section.REACH, "Phone", "Number", input="tel"),
    ),
    ContactField(
        "organization",
        "Organization",
        searched=Searched.NAME,
        column=Column("Organization Name"),
        form=FormField(Section.WORK),
    ),
    ContactField(
        "phonetic_organization",
        "Phonetic organization",
        searched=Searched.NAME,
        column=Column("Phonetic Organization Name"),
        vcard=Property("X-PHONETIC-ORG"),
    ),
    ContactField("department", "Department", column=Column("Organization Department"), form=FormField(Section.WORK)),
    ContactField(
        "title", "Title", column=Column("Organization Title"), vcard=Property("TITLE"), form=FormField(Section.WORK)
    ),
    ContactField(
        "addresses",
        "Address",
        Kind.OBJECTS,
        parts=_ADDRESS,
        singular="address",
        column=Column("Address", at_least=1),
        vcard=Property("ADR"),
        form=FormField(Section.REACH),
        bulk=Bulk(most=20),
    ),
    ContactField("birthday", "Birthday", Kind.DAY, singular="birthday", searched=Searched.NOT, vcard=Property("BDAY")),
    ContactField(
        "events",
        "Event",
        Kind.OBJECTS,
        parts=_with_label(Holds.WHEN),
        singular="event",
        description="A date such as 2009-06-20, or --06-20 without a year, or a text.",
        column=Column("Event"),
        vcard=Property("X-ABDATE"),
        form=FormField(legend="Events", title="Day", hint="For example 2009-06-20, or --06-20 without a year."),
    ),
    ContactField(
        "relations",
        "Relation",
        Kind.OBJECTS,
        parts=_with_label(),
        singular="relation",
        description="The name of another person, with a label such as spouse or child.",
        column=Column("Relation"),
        vcard=Property("X-ABRELATEDNAMES"),
        form=FormField(legend="Related people", title="Name"),
    ),
    ContactField(
        "urls",
        "Web",
        Kind.OBJECTS,
        parts=_with_label(Holds.SITE, 2_000),
        singular="url",
        description="A web address; https:// is added if the scheme is missing.",
        searched=Searched.ADDRESS,
        column=Column("Website", at_least=1),
        vcard=Property("URL"),
        form=FormField(Section.WEB, "Web", "Web address", input="url"),
        bulk=Bulk(LONGEST_LINK),
    ),
    ContactField(
        "ims",
        "Instant messaging",
        Kind.OBJECTS,
        parts=_with_label(),
        singular="im",
        description="A handle, with its service as the label.",
        searched=Searched.WORDS | Searched.ADDRESS,
        column=Column("IM"),
        vcard=Property("IMPP"),
        form=FormField(legend="Instant messaging", title="Handle", label="Service"),
    ),
    ContactField(
        "custom_fields",
        "Custom field",
        Kind.OBJECTS,
        parts=_CUSTOM_FIELD,
        most=MOST_CUSTOM_FIELDS,
        singular="custom_field",
        description="Any other value, under a name: a text, a number or a date (YYYY-MM-DD), as its type says.",
        column=Column("Custom Field", 10),
        vcard=Property("X-CUSTOM-FIELD"),
        form=FormField(legend="Custom fields", title="Value", label="Name", input="lines"),
        bulk=Bulk(most=MOST_CUSTOM_FIELDS),
    ),
    ContactField(
        "groups",
        "Groups",
        Kind.LINES,
        column=Column("Labels"),
        vcard=Property("CATEGORIES"),
        bulk=Bulk(LONGEST_LABEL, 100),
    ),
    ContactField(
        "notes",
        "Notes",
        Kind.TEXT,
        longest=30_000,
        column=Column("Notes"),
        vcard=Property("NOTE"),
        bulk=Bulk(10_000),
    ),
    ContactField(
        "photo_url",
        "Photo",
        Kind.LINK,
        is_editable=False,
        searched=Searched.NOT,
        column=Column("Photo"),
        vcard=Property("PHOTO"),
        bulk=Bulk(LONGEST_LINK),
    ),
)

FIELDS: Mapping[str, ContactField] = {field.name: field for field in TABLE}
NAME = tuple(field.name for field in TABLE if field.is_of_name)
LISTS = tuple(field.name for field in TABLE if field.kind in (Kind.OBJECTS, Kind.LINES))
OBJECTS = tuple(field.name for field in TABLE if field.kind is Kind.OBJECTS)
SINGLE = tuple(field.name for field in TABLE if field.name not in LISTS)
TEXTS = tuple(name for name in SINGLE if FIELDS[name].kind is not Kind.DAY)
OTHER_TEXTS = tuple(name for name in TEXTS if name not in NAME)
EDITABLE = tuple(field.name for field in TABLE if field.is_editable)
PAIRS = tuple(field for field in TABLE if field.is_pair)
DEFAULTS: Mapping[str, Mapping[str, str]] = {  # of parts that are not stored if they have it: {"type": "text"}
    field.name: {part.name: part.choices[0] for part in field.parts if part.choices}
    for field in TABLE
    if any(part.choices for part in field.parts)
}


def derived_parts(field: str) -> frozenset[str]:
    """The parts of a value that are computed from its other parts."""
    return frozenset(part.name for part in FIELDS[field].parts if part.is_derived)


def with_defaults(field: str, value: Any) -> Any:
    """A value with the parts that are not stored if they have their default, such as the type of a text."""
    return {**default, **value} if (default := DEFAULTS.get(field)) else value
