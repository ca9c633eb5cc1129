"""The region of phone numbers without a country code, as a client sends it."""

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.setting_kinds import InvalidSetting, region_of_phones


def checked_region(region: str) -> str:
    """The region in upper case; "" for the default. Raises InvalidInput if there is no such region."""
    try:
        return region_of_phones(region.strip()) if region.strip() else ""
    except InvalidSetting:
        raise InvalidInput("region must be the two letters of a country, such as DE.", field="region") from None
