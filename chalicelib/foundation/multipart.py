"""Forms with files as browsers send them (multipart/form-data, RFC 7578): of a bounded size, each file as its bytes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.foundation.bodies import human_size
from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.forms import Form
from chalicelib.foundation.http import Request

MULTIPART = "multipart/form-data"
LARGEST_UPLOAD = 4 * 1024 * 1024  # bytes of a file; Lambda takes events of up to 6 MB, in which it is in base64
_AROUND_FILE = 64 * 1024  # bytes of the other fields, and of what separates them
_MOST_PARTS = 100
_LONGEST_HEADERS = 8 * 1024  # bytes
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(r"content-disposition:\s*form-data\s*;(.*)", re.IGNORECASE)
_PARAMETER = re.compile(r'(?:^|;)\s*(name|filename)="([^"]*)"', re.IGNORECASE)
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}  # the only ones that browsers make


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file in a form."""

    #: As the browser calls it.
    name: str
    content: bytes = field(repr=False)


class FileForm(NamedTuple):
    """A submitted form with files."""

    form: Form
    #: By the names of their fields; fields in which nothing was chosen are missing.
    files: Mapping[str, UploadedFile]


class _Part(NamedTuple):
    name: str
    file_name: str | None  #: None for a field without a file
    content: bytes


def is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == MULTIPART


def read_multipart(request: Request) -> FileForm:
    """The body as a form with files.

    Raises:
        TooLarge: it has too many bytes.
        InvalidInput: it is not such a form, or a text in it is not UTF-8.
    """
    _check_size(len(request.body))
    fields: dict[str, list[str]] = {}
    files: dict[str, UploadedFile] = {}
    for part in _parts(request.body, _boundary(request)):
        if part.file_name is None:
            fields.setdefault(part.name, []).append(_text(part.content))
        elif part.file_name or part.content:
            files[part.name] = UploadedFile(part.file_name, part.content)
    return FileForm(Form(fields), files)


def _check_size(sent: int) -> None:
    if sent > LARGEST_UPLOAD + _AROUND_FILE:
        raise TooLarge(
            f"This page takes files of up to {human_size(LARGEST_UPLOAD)}; this one has {human_size(sent)}. "
            "Split the file, leave out photos, or send it with the API.",
            limit=LARGEST_UPLOAD,
            sent=sent,
        )


def _boundary(request: Request) -> bytes:
    found = _BOUNDARY.search(request.headers.get("content-type", ""))
    if found is None:
        raise _malformed()
    return (found[1] or found[2]).encode("latin-1", "replace")


def _parts(body: bytes, boundary: bytes) -> Iterator[_Part]:
    """The parts between the boundaries. Raises InvalidInput unless the last one is followed by the closing boundary."""
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, _MOST_PARTS + 1)
    if not pieces or not pieces[-1].startswith(b"--"):
        raise _malformed()
    for piece in pieces[:-1]:
        headers, blank, content = piece.partition(b"\r\n\r\n")
        if not blank or len(headers) > _LONGEST_HEADERS:
            raise _malformed()
        yield _part(_text(headers), content)


def _part(headers: str, content: bytes) -> _Part:
    disposition = next(filter(None, map(_DISPOSITION.match, headers.split("\r\n"))), None)
    found = {
        name.lower(): _unescaped(value) for name, value in _PARAMETER.findall(disposition[1] if disposition else "")
    }
    if "name" not in found:
        raise _malformed()
    return _Part(found["name"], found.get("filename"), content)


def _unescaped(text: str) -> str:
    for escape, sign in _ESCAPES.items():
        text = text.replace(escape, sign)
    return text


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidInput("The form is not text in UTF-8.") from None


def _malformed() -> InvalidInput:
    return InvalidInput(f"The form is incomplete. Send it as {MULTIPART}, with at most {_MOST_PARTS} fields.")
