"""Files that an organization uploads to import them: by a form to the bucket, or small ones through the service."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from unicodedata import normalize

from chalicelib.foundation.blobs import UploadForm
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.setting_kinds import url_origin

FOLDER = "imports"  # of the bucket; lifecycle rules delete what is in it after 30 days
FORM_LASTS = timedelta(hours=1)
LARGEST_UPLOAD = 5 << 30  # bytes; S3's limit for one object of a form
LONGEST_FILE_NAME = 255  # characters
LONGEST_NAME = 100  # of its last characters, which end the key
TYPES = (
    "",
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/vnd.ms-excel",  # what Windows says of CSV
    "application/gzip",
    "application/x-gzip",
    "application/octet-stream",
    "binary/octet-stream",
)
_OTHER_SIGNS = re.compile(r"[^\w.() -]")


class Blobs(Protocol):
    """What is needed of the bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def upload_form(self, key: str, size: int, *, lasts: timedelta) -> UploadForm: ...


@dataclass(frozen=True)
class Uploads:
    """Each file gets a key of its own, which ends with its name."""

    blobs: Callable[[], Blobs]
    fresh_id: Callable[[], str]

    def form(self, organization: str, file_name: str, size: int) -> tuple[str, UploadForm]:
        """The key of a file, and the form that uploads it."""
        key = self.key(organization, file_name)
        return key, self.blobs().upload_form(key, size, lasts=FORM_LASTS)

    def receive(self, organization: str, file_name: str, content: bytes) -> str:
        """Store a file; returns its key."""
        key = self.key(organization, file_name)
        self.blobs().put(key, content)
        return key

    def origin(self) -> str:
        """The origin to which the forms of all uploads send their files."""
        return url_origin(self.blobs().upload_form(FOLDER, 1, lasts=FORM_LASTS).url)

    def key(self, organization: str, file_name: str) -> str:
        """The key of a new file."""
        name = _OTHER_SIGNS.sub("_", normalize("NFC", file_name))[-LONGEST_NAME:].lstrip(".") or "leads.csv"
        return f"{folder_of(organization)}{self.fresh_id()}/{name}"


def check_folder(organization: str, key: str) -> None:
    """Raises InvalidInput if the key is not one of the organization's uploads."""
    folder = folder_of(organization)
    if not key.startswith(folder):
        raise InvalidInput(f"The key must begin with {folder}.", field="s3Key", code="wrong_folder")


def check_type(content_type: str, *, field: str) -> None:
    """Raises InvalidInput, for this field, if files of the type cannot be imported."""
    if content_type.partition(";")[0].strip().lower() not in TYPES:
        words = f"A file of the type {content_type} cannot be imported. Upload CSV."
        raise InvalidInput(words, field=field, code="wrong_type")


def folder_of(organization: str) -> str:
    """What the keys of the organization's uploads begin with."""
    return f"{FOLDER}/{organization}/"


def file_name_of(key: str) -> str:
    """The name of the file with this key."""
    return key.rpartition("/")[2]
