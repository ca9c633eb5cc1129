"""Settings for behavior in which the real services differ from account to account, or from day to day."""

from typing import Final

from local.sandbox.wire import Json

DEFAULTS: Final[dict[str, Json]] = {
    "latency_ms": 0,  # before each answer about contacts and folders
    "expires_in": 3599,  # seconds an access token lives
    "tells_expiry": True,  # whether a token answer says so
    "rotate": None,  # refresh tokens: "none", "keep" (new one, the old lives) or "kill"; None: the provider's own way
    "token_limit": 0,  # refresh tokens an account may have for one client before the oldest dies; Google has 100
    "granted": None,  # scopes that are granted whatever was requested and checked
    "wall": False,  # Microsoft: "need admin approval" instead of a consent screen
    "mailbox": True,  # Microsoft: whether there is an Exchange mailbox
    "max_concurrent": 0,  # Microsoft: requests at once before it says 429; Exchange has 4
    "lists_default_folder": False,  # Microsoft: whether /me/contactFolders names the default folder too
    "distribution_lists": 0,  # Microsoft: counted in $count and never listed
    "total_off_by": 0,  # Google: how much totalItems is wrong
    "groups": True,  # Google, HubSpot: whether contactGroups or the definitions of properties answer at all
    "hubspot_searches_per_second": 0,  # HubSpot: searches before it says 429; 0 for no limit, HubSpot has 5
    "hubspot_per_ten_seconds": 0,  # HubSpot: requests in ten seconds; HubSpot has 100 to 190
    "hubspot_search_lag": 0,  # HubSpot: seconds until the search shows a change; HubSpot has "a few moments"
    "pdl_per_minute": 1_000,  # People Data Labs: calls of one key to one endpoint; 100 in the free plan
    "pdl_has_contact_data": True,  # People Data Labs: whether the plan includes addresses, numbers, places and dates
    "hunter_limits": {"verify": [10, 300], "find": [15, 500]},  # Hunter: calls of one key in a second, and in a minute
    "twilio_at_once": 100,  # Twilio: simultaneous calls before it says 429
    "twilio_repeats": 0,  # Twilio: calls about one number in a minute before it fails with 60626; 0 for no limit
    "vendor_credits": {},  # credits that a key may use, by vendor; without limit for others
    "consent": {},  # by provider: {"account": address, "answer": "allow", "deny" or "untick"}, without any screen
}


class UnknownSetting(ValueError):
    """An unknown setting; the message lists the known ones."""


def check_settings(settings: dict[str, Json]) -> dict[str, Json]:
    """The settings. Raises UnknownSetting if one is unknown."""
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise UnknownSetting(f"Unknown setting: {', '.join(sorted(unknown))}. Known settings: {', '.join(DEFAULTS)}.")
    return settings
