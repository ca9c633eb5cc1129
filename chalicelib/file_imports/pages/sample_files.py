"""Small files that show what an import understands: the same two people in each of the usual formats."""

import csv
import json
from collections.abc import Callable, Mapping
from datetime import date
from io import StringIO
from typing import NamedTuple


class SampleFile(NamedTuple):
    """A file to download."""

    title: str
    content_type: str
    #: Its content, made only when somebody downloads it.
    write: Callable[[], str | bytes]


class _Person(NamedTuple):
    given: str
    family: str
    email: str
    mobile: str
    organization: str
    birthday: date
    note: str

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"


_PEOPLE = (
    _Person(
        given="Ada",
        family="Lovelace",
        email="ada@example.com",
        mobile="+44 20 7946 0018",
        organization="Analytical Engines Ltd",
        birthday=date(1815, 12, 10),
        note="Met in London",
    ),
    _Person(
        given="Grace",
        family="Hopper",
        email="grace@example.com",
        mobile="+1 202 555 0143",
        organization="Harvard Computation Lab",
        birthday=date(1906, 12, 9),
        note="Likes clocks",
    ),
)
_HEADERS = ("First Name", "Last Name", "Email Address", "Mobile Phone", "Organization", "Birthday", "Notes")
_TABLE = (_HEADERS, *(tuple(map(str, person)) for person in _PEOPLE))
_LINE_END = "\r\n"


def _csv() -> str:
    written = StringIO()
    csv.writer(written).writerows(_TABLE)
    return written.getvalue()


def _xlsx() -> bytes:
    from chalicelib.file_imports.pages.sample_workbooks import xlsx_of

    return xlsx_of(_TABLE)


def _ods() -> bytes:
    from chalicelib.file_imports.pages.sample_workbooks import ods_of

    return ods_of(_TABLE)


def _vcard() -> str:
    return "".join(line + _LINE_END for person in _PEOPLE for line in _vcard_lines(person))


def _vcard_lines(person: _Person) -> tuple[str, ...]:
    return (
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{person.family};{person.given};;;",
        f"FN:{person.full_name}",
        f"EMAIL:{person.email}",
        f"TEL;TYPE=CELL:{person.mobile}",
        f"ORG:{person.organization}",
        f"BDAY:{person.birthday}",
        f"NOTE:{person.note}",
        "END:VCARD",
    )


def _ldif() -> str:
    """As Thunderbird writes it."""
    return "\n".join(_ldif_entry(person) for person in _PEOPLE)


def _ldif_entry(person: _Person) -> str:
    attributes = (
        ("dn", f"cn={person.full_name},mail={person.email}"),
        *(("objectclass", name) for name in ("top", "person", "inetOrgPerson", "mozillaAbPersonAlpha")),
        ("givenName", person.given),
        ("sn", person.family),
        ("cn", person.full_name),
        ("mail", person.email),
        ("mobile", person.mobile),
        ("o", person.organization),
        ("birthyear", person.birthday.year),
        ("birthmonth", person.birthday.month),
        ("birthday", person.birthday.day),
        ("description", person.note),
    )
    return "".join(f"{name}: {value}\n" for name, value in attributes)


def _json() -> str:
    """The form of the service's own exports."""
    return json.dumps({"contacts": [_contact(person) for person in _PEOPLE]}, indent=2)


def _contact(person: _Person) -> Mapping[str, object]:
    day = person.birthday
    return {
        "given": person.given,
        "family": person.family,
        "emails": [{"value": person.email}],
        "phones": [{"raw": person.mobile, "label": "mobile"}],
        "organization": person.organization,
        "birthday": {"year": day.year, "month": day.month, "day": day.day},
        "notes": person.note,
    }


def _jcard() -> str:
    return json.dumps([["vcard", _jcard_properties(person)] for person in _PEOPLE], indent=2)


def _jcard_properties(person: _Person) -> tuple[tuple[object, ...], ...]:
    return (
        ("version", {}, "text", "4.0"),
        ("n", {}, "text", (person.family, person.given, "", "", "")),
        ("fn", {}, "text", person.full_name),
        ("email", {}, "text", person.email),
        ("tel", {"type": "cell"}, "text", person.mobile),
        ("org", {}, "text", person.organization),
        ("bday", {}, "date", str(person.birthday)),
        ("note", {}, "text", person.note),
    )


#: By their name in the address of the download.
SAMPLES: Mapping[str, SampleFile] = {
    "contacts.csv": SampleFile("CSV", "text/csv; charset=utf-8", _csv),
    "contacts.xlsx": SampleFile("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "contacts.ods": SampleFile("OpenDocument", "application/vnd.oasis.opendocument.spreadsheet", _ods),
    "contacts.vcf": SampleFile("vCard", "text/vcard; charset=utf-8", _vcard),
    "contacts.ldif": SampleFile("LDIF", "text/x-ldif; charset=utf-8", _ldif),
    "contacts.json": SampleFile("JSON", "application/json", _json),
    "contacts.jcf": SampleFile("jCard", "application/vcard+json", _jcard),
}
