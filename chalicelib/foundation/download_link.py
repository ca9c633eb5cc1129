"""The `delivery` parameter of downloads: a link to the file instead of the file."""

from chalicelib.foundation.door import Query
from chalicelib.foundation.http import Asked, word
from chalicelib.foundation.schema import INSTANT, TEXT, Schema, all_of

LINK = "link"
DELIVERY = Query(
    "delivery",
    "link: the answer is JSON with an address of the file, which a script in a browser can fetch.",
    {"enum": [LINK]},
)
SCHEMAS: dict[str, Schema] = {
    "DownloadLink": all_of({"url": TEXT, "file_name": TEXT, "content_type": TEXT, "expires_at": INSTANT})
}


def wants_link(asked: Asked) -> bool:
    """Raises InvalidInput for an unknown way of delivery."""
    return word(asked, DELIVERY.name, (LINK,)) == LINK
