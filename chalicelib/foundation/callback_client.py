"""Sends requests to URLs that other people chose.

The HTTP library is loaded with the first request (`callback_http.py`), so that pages without one start fast.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply

if TYPE_CHECKING:
    from chalicelib.foundation.callback_http import CallbackHttp


class CallbackClient:
    """The implementation of `Callbacks`.

    Args:
        allow_loopback: whether to send to this machine, too; for the local stack alone.
    """

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackReply | CallbackFailure:
        return self._http.post(url, headers, body)

    @cached_property
    def _http(self) -> "CallbackHttp":
        from chalicelib.foundation.callback_http import CallbackHttp

        return CallbackHttp(allow_loopback=self._allow_loopback)
