"""Large files that an organization uploads in parts: each part is sent by a URL of its own, and may be sent again.

Nothing is stored about an upload but what S3 keeps of it: its key names the organization, and its id is of use with
this key alone. Parts that are never joined are deleted by the lifecycle rules of the bucket.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.part_uploads import NoSuchUpload, PartsChanged
from chalicelib.leads.importing.uploads import LARGEST_UPLOAD, Uploads, check_folder, check_type

PART_BYTES = 16 << 20  # of every part but the last
MOST_PARTS = -(-LARGEST_UPLOAD // PART_BYTES)
PARTS_ON_A_PAGE = 100
URLS_LAST = timedelta(hours=1)


class PartStore(Protocol):
    """What is needed of uploads in parts to the bucket."""

    def begin(self, key: str, content_type: str) -> str: ...
    def put_url(self, key: str, upload_id: str, number: int, size: int, *, lasts: timedelta) -> str: ...
    def tags(self, key: str, upload_id: str, *, after: int, most: int) -> Mapping[int, str]: ...
    def join(self, key: str, upload_id: str, tags: Sequence[str]) -> None: ...
    def give_up(self, key: str, upload_id: str) -> None: ...


class PartUrl(NamedTuple):
    """One part of a file, and where it is sent."""

    number: int  #: from 1
    size: int  #: in bytes; no other size is accepted
    url: str
    tag: str | None  #: of what is stored; None for nothing yet


@dataclass(frozen=True, slots=True)
class PartPage:
    """Some parts of a file, in their order."""

    parts: Sequence[PartUrl]
    next_part: int | None  #: the number of the first part of the next page
    expires_at: datetime  #: of the URLs


@dataclass(frozen=True)
class UploadsInParts:
    """The use cases of uploading a file in parts."""

    uploads: Uploads
    store: Callable[[], PartStore]
    size_of: Callable[[str], int | None]  #: the size of an object of the bucket; None if there is none
    clock: Clock

    def begin(self, organization: str, file_name: str, size: int, content_type: str) -> tuple[str, str, PartPage]:
        """Begin an upload; returns its key, its id, and its first parts.

        Raises:
            InvalidInput: a file of this type cannot be imported.
        """
        check_type(content_type, field="contentType")
        key = self.uploads.key(organization, file_name)
        upload_id = self.store().begin(key, content_type)
        return key, upload_id, self._page(key, upload_id, size, 1, {})

    def parts(self, organization: str, key: str, upload_id: str, size: int, first: int) -> PartPage:
        """The parts from the number `first` on, with fresh URLs, and what is stored of them.

        Raises:
            InvalidInput: the key is not of this organization, or the file has no such part.
            NotFound: there is no such upload.
        """
        check_folder(organization, key)
        if first > _count(size):
            raise InvalidInput(f"The file has {_count(size)} parts.", field="firstPart")
        try:
            tags = self.store().tags(key, upload_id, after=first - 1, most=PARTS_ON_A_PAGE)
        except NoSuchUpload:
            raise _not_found() from None
        return self._page(key, upload_id, size, first, tags)

    def join(self, organization: str, key: str, upload_id: str, size: int, tags: Sequence[str]) -> None:
        """Make the file of its parts. May be repeated.

        Args:
            size: of the file, so that nobody makes it of some of its parts: S3 would.
            tags: of all parts, in their order.

        Raises:
            InvalidInput: the key is not of this organization, or the tags are not those of all parts as stored.
            NotFound: there is no such upload.
        """
        check_folder(organization, key)
        if len(tags) != _count(size):
            raise InvalidInput(
                f"A file of this size has {_count(size)} parts. Name all of them.", field="parts", code="wrong_parts"
            )
        try:
            self.store().join(key, upload_id, tags)
        except PartsChanged:
            raise InvalidInput(
                "A part is missing, or another one than its tag says. List the parts, and send it again.",
                field="parts",
                code="wrong_parts",
            ) from None
        if self.size_of(key) is None:
            raise _not_found()

    def give_up(self, organization: str, key: str, upload_id: str) -> None:
        """Delete what is stored of an upload. May be repeated. Raises InvalidInput if the key is of others."""
        check_folder(organization, key)
        self.store().give_up(key, upload_id)

    def _page(self, key: str, upload_id: str, size: int, first: int, tags: Mapping[int, str]) -> PartPage:
        count, store = _count(size), self.store()
        behind = min(first + PARTS_ON_A_PAGE, count + 1)
        parts = []
        for number in range(first, behind):
            length = min(PART_BYTES, size - (number - 1) * PART_BYTES)
            url = store.put_url(key, upload_id, number, length, lasts=URLS_LAST)
            parts.append(PartUrl(number, length, url, tags.get(number)))
        return PartPage(parts, behind if behind <= count else None, self.clock.now() + URLS_LAST)


def _count(size: int) -> int:
    """The number of parts of a file."""
    return -(-size // PART_BYTES)


def _not_found() -> NotFound:
    return NotFound("There is no such upload. It may have been given up, or have expired.", field="uploadId")
