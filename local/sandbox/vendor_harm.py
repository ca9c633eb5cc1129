"""Refusals of the vendors, each in its own dialect."""

from collections.abc import Callable

from local.sandbox import hunter, people_data_labs, twilio_lookup
from local.sandbox.faults import Fault
from local.sandbox.wire import Response
from local.sandbox.world import World


def refusal(world: World, fault: Fault) -> Response | None:
    """The response of a fault instead of the vendor's own; None for faults that it does not have."""
    make = _REFUSALS[fault.provider].get(fault.fault)
    return make(world) if make else None


_REFUSALS: dict[str, dict[str, Callable[[World], Response]]] = {
    "hunter": {
        "429": lambda _: hunter.error(403),  # its status for too fast
        "quota": lambda _: hunter.error(429),
        "expire-token": lambda _: hunter.error(401),
        "500": lambda _: hunter.error(500),
        "503": lambda _: hunter.error(503),
    },
    "twilio-lookup": {
        "429": lambda _: twilio_lookup.too_many(),
        "quota": lambda _: twilio_lookup.error(429, 60611, "The quota of the package is used up"),
        "expire-token": lambda _: twilio_lookup.error(401, 20003, "Authenticate"),
        "500": lambda _: twilio_lookup.error(500, 20500, "An internal server error has occurred"),
        "503": lambda _: twilio_lookup.error(503, 20503, "Service unavailable"),
    },
    "people-data-labs": {
        "429": lambda world: people_data_labs.too_fast(world.now()),
        "429-date": lambda world: people_data_labs.too_fast(world.now(), is_iso=True),
        "quota": lambda _: people_data_labs.error(402, "You have hit your account maximum (all matches used)."),
        "expire-token": lambda _: people_data_labs.error(401, "Request contained a missing or invalid key."),
        "500": lambda _: people_data_labs.error(500, "Something went wrong."),
        "503": lambda _: people_data_labs.error(503, "Service unavailable."),
    },
}
