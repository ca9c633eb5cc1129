"""VENDORS: the table of all vendors.

To add a vendor, add an entry here, the setting of its origin in `foundation/settings.py`, and its adapter beside the
others. The functions of an entry import what is slow to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.foundation.clock import Clock
    from chalicelib.foundation.outbound import Http
    from chalicelib.foundation.settings import Settings
    from chalicelib.vendors.vendor import Vendor


@dataclass(frozen=True, kw_only=True)
class VendorEntry:
    """A vendor, and how to build its adapter."""

    #: Its name in paths, stored statuses and source keys.
    name: str
    #: Its name for people.
    title: str
    build: Callable[[Settings, Http, Clock], Vendor]


def _phone_metadata(settings: Settings, http: Http, clock: Clock) -> Vendor:  # noqa: ARG001 # it asks no one
    from chalicelib.vendors.phone_metadata import PhoneMetadata

    return PhoneMetadata()


def _people_data_labs(settings: Settings, http: Http, clock: Clock) -> Vendor:
    from chalicelib.vendors.people_data_labs import PeopleDataLabs

    return PeopleDataLabs(http, settings.people_data_labs_url, clock)


def _hunter(settings: Settings, http: Http, clock: Clock) -> Vendor:  # noqa: ARG001 # it names no instants
    from chalicelib.vendors.hunter import Hunter

    return Hunter(http, settings.hunter_url)


def _twilio_lookup(settings: Settings, http: Http, clock: Clock) -> Vendor:
    from chalicelib.vendors.twilio_lookup import TwilioLookup

    return TwilioLookup(http, settings.twilio_lookup_url, clock)


_ENTRIES = (
    VendorEntry(name="phone-metadata", title="Phone metadata", build=_phone_metadata),
    VendorEntry(name="people-data-labs", title="People Data Labs", build=_people_data_labs),
    VendorEntry(name="hunter", title="Hunter", build=_hunter),
    VendorEntry(name="twilio-lookup", title="Twilio Lookup", build=_twilio_lookup),
)

VENDORS: Mapping[str, VendorEntry] = {entry.name: entry for entry in _ENTRIES}
