"""The parameter `region` of requests about leads: the country of phone numbers without a country code."""

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.router import Query
from chalicelib.foundation.setting_kinds import InvalidSetting, region_of_phones

REGION = Query("region", "The country of phone numbers without a country code, such as BR. Default: the service's.")


def checked_region(text: str | None) -> str | None:
    """The country; None if none was given.

    Raises:
        InvalidInput: there is no such country.
    """
    if text is None:
        return None
    try:
        return region_of_phones(text)
    except InvalidSetting as invalid:
        raise InvalidInput(f"region {invalid}", field="region") from None
