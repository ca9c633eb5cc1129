"""A call to a vendor, and parsers of the values of its answers, which may have any type."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib.contacts.cleaning import clean_text
from chalicelib.foundation.errors import ProviderBroken, ProviderBusy, ProviderSilent
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.vendors.answer import NO_CHARGE, Charge
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import VendorBroken, VendorBusy, VendorError, VendorPaused

LONGEST_TEXT = 1_000  # characters; more is no name, title or address
LONGEST_ID = 200


class Call:
    """One call to a vendor: one or more requests within one deadline, to the configured origin alone."""

    def __init__(self, http: Http, origin: str, title: str, headers: Mapping[str, str], timeout: timedelta) -> None:
        self._http, self._origin, self._title, self._headers = http, origin, title, headers
        self._deadline = Deadline(timeout)
        #: What the requests so far have cost; every error carries it.
        self.charge = NO_CHARGE

    def get(self, path: str, query: Mapping[str, str], *, most: int) -> Reply:
        """Send a GET request.

        Args:
            most: what the request costs at most, in millionths of the vendor's unit.

        Raises:
            VendorBusy: the request could not be sent now.
            VendorBroken: there is no response, or it is too large.
        """
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, most=most)

    def post(self, path: str, body: bytes, *, most: int) -> Reply:
        """Send JSON. As `get`."""
        return self._send("POST", path, most=most, body=body)

    def broken(self, reason: Reason, *, most: int = 0) -> VendorBroken:
        """The error for a response without an answer, for which the vendor may have charged `most`."""
        return VendorBroken(reason, charge=self.charge + Charge(most, is_certain=not most))

    def busy(self, retry_after: timedelta | None) -> VendorBusy:
        return VendorBusy(retry_after, charge=self.charge)

    def paused(self, reason: Reason) -> VendorPaused:
        return VendorPaused(reason, charge=self.charge)

    def unexpected(self, reply: Reply, *, most: int) -> VendorError:
        """The error for a status without a meaning of its own. A server that failed may have charged."""
        return self.broken(Reason.VENDOR_ERROR, most=most if reply.status >= 500 else 0)

    def _send(self, method: str, path: str, *, most: int, body: bytes | None = None) -> Reply:
        if not self._deadline.seconds_left():
            raise self.broken(Reason.VENDOR_SILENT)  # not sent, so not charged
        headers = {"Accept": "application/json", **self._headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._http.send(
                method, self._origin + path, service=self._title, deadline=self._deadline, headers=headers, body=body
            )
        except ProviderBusy as error:
            raise self.busy(error.retry_after) from None
        except ProviderSilent:
            raise self.broken(Reason.VENDOR_SILENT, most=most) from None
        except ProviderBroken:
            raise self.broken(Reason.UNREADABLE, most=most) from None


def secret_of(credentials: Mapping[str, str], name: str) -> str:
    """A secret that can be sent in a header.

    Raises:
        VendorPaused: it is missing, or cannot be a secret of this vendor.
    """
    secret = credentials.get(name, "").strip()
    if not secret:
        raise VendorPaused(Reason.NO_KEY)
    if not (secret.isascii() and secret.isprintable()):
        raise VendorPaused(Reason.KEY_REFUSED)
    return secret


def text_of(value: Json) -> str:
    """Text on one line; "" for any other type, such as the `true` for a value that a plan does not include."""
    return clean_text(value) if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


def id_of(value: Json) -> str:
    """An id; "" for anything that cannot be one."""
    text = text_of(value)
    return text if len(text) <= LONGEST_ID and text.isascii() else ""


def object_of(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def whole_number(value: Json, least: int, most: int) -> int | None:
    """A whole number within a range; None for anything else, such as `true`."""
    return value if type(value) is int and least <= value <= most else None
