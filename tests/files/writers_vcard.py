"""Writers of vCards as programs write them.

Each writer takes the fields of a contact, and gives the bytes of one card in the dialect of its program: the escapes,
the folding, the labels, the forms of dates and the character sets.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.files.people import ADDRESS, NAME

Fields = Mapping[str, Any]
Label = Callable[[int, str, str, str], Iterator[str]]  # lines of a value with its label

_PRINTED = {*range(32, 127)} - {ord("=")}
_TYPES = {  # of vCard, by label
    "home": ("HOME",),
    "work": ("WORK",),
    "mobile": ("CELL",),
    "homeFax": ("HOME", "FAX"),
    "workFax": ("WORK", "FAX"),
    "pager": ("PAGER",),
    "main": ("MAIN",),
}


# ── writing


def _escaped(text: str) -> str:
    """As versions 3.0 and 4.0 have it; most programs escape semicolons everywhere."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _parts(fields: Fields, names: Iterable[str]) -> str:
    return ";".join(_escaped(fields.get(name, "")) for name in names)


def _by_octets(line: str, longest: int = 75) -> str:
    """Folds at octets, in the middle of a character if it happens to be there."""
    octets = line.encode()
    pieces = [octets[:longest], *(octets[at : at + longest - 1] for at in range(longest, len(octets), longest - 1))]
    return b"\r\n ".join(pieces).decode("utf-8", "surrogateescape")


def _by_characters(line: str) -> str:
    pieces = [line[:75], *(line[at : at + 74] for at in range(75, len(line), 74))]
    return "\r\n ".join(pieces)


def _card(lines: Iterable[str], version: str, fold: Callable[[str], str], *last: str) -> bytes:
    whole = ["BEGIN:VCARD", f"VERSION:{version}", *lines, *last, "END:VCARD", ""]
    return "\r\n".join(map(fold, whole)).encode("utf-8", "surrogateescape")


def _with_line(number: int, name: str, label: str, value: str) -> Iterator[str]:
    """Apple's way: a type that vCard has, or a line for a person's own label."""
    types = "".join(f";type={each}" for each in _TYPES.get(label, ()))
    if types:
        yield f"{name}{types}:{value}"
    else:
        yield f"item{number}.{name}:{value}"
        yield f"item{number}.X-ABLabel:{_escaped(label)}"


def _values(fields: Fields, label: Label, escape_link: Callable[[str], str] = _escaped) -> Iterator[str]:
    values = [
        *(("TEL", value["label"], value["raw"]) for value in fields.get("phones", ())),
        *(("EMAIL", value["label"], value["value"]) for value in fields.get("emails", ())),
        *(("ADR", value["label"], _parts(value, ADDRESS)) for value in fields.get("addresses", ())),
        *(("URL", value["label"], escape_link(value["value"])) for value in fields.get("urls", ())),
    ]
    for number, (name, each_label, written) in enumerate(values, 1):
        yield from label(number, name, each_label, written)


def _texts(fields: Fields, escape: Callable[[str], str] = _escaped) -> Iterator[str]:
    yield f"FN:{escape(fields['display'])}"
    for field, name in (("organization", "ORG"), ("title", "TITLE"), ("notes", "NOTE")):
        if field in fields:
            yield f"{name}:{escape(fields[field])}"


def _day(fields: Fields, between: str = "-") -> str:
    birthday = fields["birthday"]
    return f"{birthday['year']:04d}{between}{birthday['month']:02d}{between}{birthday['day']:02d}"


# ── programs


def apple(fields: Fields) -> bytes:
    """iCloud: labels in lines of their own, the preferred value marked, PRODID at the end."""
    lines = [f"N:{_parts(fields, NAME)}", *_texts(fields), *_values(fields, _with_line)]
    if "birthday" in fields:
        lines.append(f"BDAY;value=date:{_day(fields)}")
    return _card(lines, "3.0", _by_octets, "PRODID:-//Apple Inc.//iCloud Web Address Book 2414B11//EN", "REV:2026")


def google(fields: Fields) -> bytes:
    """Google Contacts: as Apple, but with TYPE in capitals and colons of links escaped."""
    lines = [f"N:{_parts(fields, NAME)}", *_texts(fields)]
    lines += [line.replace(";type=", ";TYPE=").replace("https:", "https\\:") for line in _values(fields, _with_line)]
    if "birthday" in fields:
        lines.append(f"BDAY:{_day(fields)}")
    return _card(lines, "3.0", _by_characters)


def android(fields: Fields) -> bytes:
    """AOSP: version 2.1, quoted-printable with a soft break after every 23 octets, and bare types."""

    def line(name: str, *parts: str) -> str:
        if all(part.isascii() and "\n" not in part for part in parts):
            return f"{name}:" + ";".join(part.replace(";", "\\;") for part in parts)
        return f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{';'.join(map(_quoted_in_pieces, parts))}"

    def typed(name: str, label: str) -> str:
        return name + "".join(f";{each}" for each in _TYPES.get(label, (f"X-{label}",)))

    lines = [line("N", *(fields.get(name, "") for name in NAME)), line("FN", fields["display"])]
    lines += [line(typed("TEL", value["label"]), value["raw"]) for value in fields.get("phones", ())]
    lines += [line(typed("EMAIL", value["label"]), value["value"]) for value in fields.get("emails", ())]
    lines += [
        line(typed("ADR", value["label"]), *(value.get(name, "") for name in ADDRESS))
        for value in fields.get("addresses", ())
    ]
    lines += [
        line(name, fields[field])
        for field, name in (("organization", "ORG"), ("title", "TITLE"), ("notes", "NOTE"))
        if field in fields
    ]
    lines += [line("URL", value["value"]) for value in fields.get("urls", ())]
    if "birthday" in fields:
        lines.append(f"BDAY:{_day(fields)}")
    return _card([*lines, "PHOTO;ENCODING=BASE64;JPEG:AAAA", " BBBB", ""], "2.1", str)


def _quoted_in_pieces(text: str) -> str:
    octets = [f"={octet:02X}" for octet in text.encode()]
    pieces = ["".join(octets[at : at + 23]) for at in range(0, len(octets), 23)]
    return "".join(f"{piece}=\r\n" if piece.count("=") == 23 else piece for piece in pieces)


def outlook(fields: Fields) -> bytes:
    """Outlook: version 2.1, raw text in Windows-1252, quoted-printable for several lines."""

    def line(name: str, *parts: str) -> bytes:
        text = ";".join(part.replace(";", "\\;") for part in parts)
        if "\n" in text:
            return f"{name};ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:{_quoted_in_lines(text)}".encode()
        charset = "" if text.isascii() else ";CHARSET=Windows-1252"
        return f"{name}{charset}:".encode() + text.encode("cp1252")

    def typed(name: str, label: str) -> str:
        return name + "".join(f";{each}" for each in _TYPES[label])

    lines = [
        line("N;LANGUAGE=de", *(fields.get(name, "") for name in NAME)),
        line("FN", fields["display"]),
        *(line(f"{typed('TEL', value['label'])};VOICE", value["raw"]) for value in fields.get("phones", ())),
        *(
            line(typed("ADR", value["label"]), *(value.get(name, "") for name in ADDRESS))
            for value in fields.get("addresses", ())
        ),
        *(line(typed("URL", value["label"]), value["value"]) for value in fields.get("urls", ())),
        *(line(f"{typed('EMAIL', value['label'])};INTERNET", value["value"]) for value in fields.get("emails", ())),
    ]
    for field, name in (("organization", "ORG"), ("title", "TITLE"), ("notes", "NOTE")):
        if field in fields:
            lines.append(line(name, fields[field]))
    if "birthday" in fields:
        lines.append(f"BDAY:{_day(fields, '')}".encode())
    return b"\r\n".join([b"BEGIN:VCARD", b"VERSION:2.1", *lines, b"REV:20260101T000000Z", b"END:VCARD", b""])


def _quoted_in_lines(text: str) -> str:
    """Quoted-printable with soft breaks after 75 characters, behind which text goes on without a blank."""
    encoded = re.sub(
        r"[^ -<>-~]",
        lambda sign: "".join(f"={octet:02X}" for octet in sign[0].encode("cp1252")),
        text.replace("\n", "\r\n"),
    )
    lines = [""]
    for sign in re.findall("=..|[^=]", encoded):
        if len(lines[-1]) + len(sign) > 75:
            lines.append("")
        lines[-1] += sign
    return "=\r\n".join(lines)


def thunderbird(fields: Fields) -> bytes:
    """Thunderbird, whose library is ical.js: version 4.0, semicolons escaped in parts alone, groups in capitals."""

    def plain(text: str) -> str:
        return text.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")

    def label(number: int, name: str, label: str, value: str) -> Iterator[str]:
        kind = {"TEL": ";VALUE=TEXT", "URL": ";VALUE=URL"}.get(name, "")
        types = ",".join(_TYPES.get(label, ())).lower()
        if types:
            yield f"{name};TYPE={types}{kind}:{value}"
        else:
            yield f"ITEM{number}.{name}{kind}:{value}"
            yield f"ITEM{number}.X-ABLABEL:{plain(label)}"

    texts = {name: value for name, value in fields.items() if name != "organization"}
    lines = [f"N:{_parts(fields, NAME)}", *_texts(texts, plain), *_values(fields, label, str)]
    if "organization" in fields:
        lines.append(f"ORG:{_escaped(fields['organization'])}")
    if "birthday" in fields:
        lines.append(f"BDAY;VALUE=DATE:{_day(fields, '')}")
    return _card(lines, "4.0", _by_characters, "UID:7a0f1a46-3c5e-4a3b-9d0a-0a6a3b1f2c11")


def sabre(fields: Fields) -> bytes:
    """Nextcloud and Baïkal: version 3.0, a person's own labels as quoted types with the carets of RFC 6868."""

    def label(_: int, name: str, label: str, value: str) -> Iterator[str]:
        own = label.replace("^", "^^").replace('"', "^'").replace("\n", "^n")
        types = ",".join(_TYPES.get(label, (f'"{own}"',)))
        yield f"{name};TYPE={types}:{value}"

    lines = [f"N:{_parts(fields, NAME)}", *_texts(fields), *_values(fields, label)]
    if "birthday" in fields:
        lines.append(f"BDAY;VALUE=DATE:{_day(fields, '')}")
    return _card(lines, "3.0", _by_octets, "PRODID:-//Sabre//Sabre VObject 4.6.0//EN")


def fossify(fields: Fields) -> bytes:
    """Fossify and Simple Contacts, whose library is ez-vcard: version 4.0, an own label as type, `PREF=1` as a type."""

    def label(_: int, name: str, label: str, value: str) -> Iterator[str]:
        types = ",".join((*_TYPES.get(label, (f'"{label}"',)), "PREF=1"))
        yield f"{name};TYPE={types}:{value}"

    lines = [f"N:{_parts(fields, NAME)}", *_texts(fields), *_values(fields, label)]
    if "birthday" in fields:
        lines.append(f"BDAY:{_day(fields, '')}")
    return _card(["PRODID:ez-vcard 0.12.2", *lines], "4.0", _by_characters)
