"""The issuer's public keys (JWKS): fetched on first use, cached for an hour, bounded in size."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.foundation.cached_document import CachedDocument
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Unavailable

Key = Mapping[str, Any]  # a JSON Web Key
KEPT = timedelta(hours=1)
REST = timedelta(minutes=1)  # between two fetches because of an unknown key
LARGEST = 256 * 1024  # bytes of the document
CONNECT_SECONDS, WHOLE_SECONDS = 2.0, 5.0


class Jwks:
    """The signing keys of one issuer.

    Args:
        fetch: gets the document, or raises any exception.
    """

    def __init__(self, fetch: Callable[[], bytes], clock: Clock) -> None:
        self._keys: CachedDocument[Sequence[Key]] = CachedDocument(
            lambda: _keys(fetch()), clock, "signing_keys", lasts=KEPT, rest=REST
        )

    def find(self, wanted: Callable[[Key], bool]) -> list[Key]:
        """The keys for which `wanted` is true. If there is none, we fetch again, at most once a minute.

        Raises:
            Unavailable: there is none, and the issuer is not responding.
        """
        found = _among(self._keys.get(), wanted)
        return found or self.find_again(wanted)

    def find_again(self, wanted: Callable[[Key], bool]) -> list[Key]:
        """As `find`, after fetching the keys again, unless that was done within the last minute.

        Raises:
            Unavailable: there is none, and the issuer is not responding.
        """
        found = _among(self._keys.refetch(), wanted)
        if not found and self._keys.is_silent:
            raise Unavailable("The sign-in service is not responding. Try again in a moment.")
        return found


def fetcher(url: str, whole_seconds: float = WHOLE_SECONDS) -> Callable[[], bytes]:
    """A function that gets a document with urllib3, which the AWS client loads anyway; no redirects or retries.

    The function raises ValueError if the status is not 200 or the document is too large, and urllib3's HTTPError if the
    connection fails or takes too long.

    Args:
        whole_seconds: the time limit of the whole request.
    """

    def fetch() -> bytes:
        import urllib3
        from botocore.httpsession import get_cert_path

        from chalicelib.foundation.bounded_connections import BOUNDED_POOLS

        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, whole_seconds), total=whole_seconds)
        with urllib3.PoolManager(timeout=timeout, retries=False, ca_certs=get_cert_path(True)) as pool:
            pool.pool_classes_by_scheme = BOUNDED_POOLS
            response = pool.request("GET", url, redirect=False, preload_content=False, headers={"Accept": "*/*"})
            with response:
                if response.status != 200:
                    raise ValueError("not the keys")
                return _read(response)

    return fetch


def _among(keys: Sequence[Key] | None, wanted: Callable[[Key], bool]) -> list[Key]:
    return [key for key in keys or () if wanted(key)]


def _read(response: Any) -> bytes:
    """The body of a response. Raises ValueError if it is larger than `LARGEST`."""
    content = b""
    while piece := response.read1(64 * 1024):
        content += piece
        if len(content) > LARGEST:
            raise ValueError("too much")
    return content


def _keys(document: bytes) -> list[Key]:
    """The signing keys in the issuer's document; other keys are ignored.

    Raises:
        ValueError: the document is not JSON.
        KeyError, TypeError: it has no list of keys.
    """
    keys = json.loads(document)["keys"]
    return [key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig" and _may_verify(key)]


def _may_verify(key: Key) -> bool:
    operations = key.get("key_ops")
    return not isinstance(operations, list) or "verify" in operations
