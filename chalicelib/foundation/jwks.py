"""The public keys of whoever issues our people's tokens: fetched when first needed, kept an hour, bounded."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import UpstreamError
from chalicelib.foundation.log import origin_of

log = logging.getLogger(__name__)

Keys = Mapping[str, Mapping[str, Any]]  # by their id; "" for one that has none
KEPT = timedelta(hours=1)
REST = timedelta(minutes=1)  # between two fetches because of a key nobody knows
REST_AFTER_FAILURE = timedelta(seconds=5)
LARGEST = 256 * 1024
CONNECT_SECONDS, WHOLE_SECONDS = 2.0, 5.0


class Jwks:
    """Args:
    fetch: gets the document; raises anything at all when it cannot.
    """

    def __init__(self, fetch: Callable[[], bytes], clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: Keys | None = None
        self._fetched_at: datetime | None = None
        self._not_before: datetime | None = None
        self._lock = threading.Lock()

    def find(self, key_id: str) -> Mapping[str, Any] | None:
        """The key with this id. A key nobody knows makes us look again, at most once a minute.

        Raises:
            UpstreamError: there are no keys at all, because the issuer does not answer.
        """
        with self._lock:
            if self._keys is None or self._is_old() or key_id not in self._keys:
                self._refetch()
            if self._keys is None:
                raise UpstreamError("The sign-in service does not answer. Try again in a minute.")
            return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._clock.now() - self._fetched_at > KEPT

    def _refetch(self) -> None:
        """Fetch unless we just did; what was known stays when the issuer does not answer."""
        now = self._clock.now()
        if self._not_before is not None and now < self._not_before:
            return
        self._not_before = now + REST
        try:
            self._keys = _keys(self._fetch())
        except Exception as error:  # whatever went wrong on the way
            log.warning("signing_keys_not_fetched", extra=origin_of(error))
            self._not_before = now + REST_AFTER_FAILURE
            return
        self._fetched_at = now


def fetching(url: str) -> Callable[[], bytes]:
    """Gets a document with urllib3, which the AWS client has loaded anyway; no redirects, no proxies, no retries."""

    def fetch() -> bytes:
        import urllib3
        from botocore.httpsession import get_cert_path

        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=WHOLE_SECONDS)
        with urllib3.PoolManager(timeout=timeout, retries=False, ca_certs=get_cert_path(True)) as pool:
            answer = pool.request("GET", url, redirect=False, preload_content=False, headers={"Accept": "*/*"})
            with answer:
                if answer.status != 200:
                    raise ValueError("not the keys")
                return _read(answer, monotonic() + WHOLE_SECONDS)

    return fetch


def _read(answer: Any, end: float) -> bytes:
    held = b""
    while piece := answer.read1(64 * 1024):
        held += piece
        if len(held) > LARGEST or monotonic() > end:
            raise ValueError("too much, or too slow")
    return held


def _keys(document: bytes) -> Keys:
    """The signing keys among what was sent; what is no such key is left out."""
    keys = json.loads(document)["keys"]
    return {str(key.get("kid", "")): key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig"}
