"""The `delivery` parameter of downloads: a link to the file instead of the file."""

from chalicelib.foundation.http import Request, choice
from chalicelib.foundation.router import Query
from chalicelib.foundation.schema import INSTANT, TEXT, Schema, exact_object

LINK = "link"
DELIVERY = Query(
    "delivery",
    "link: return JSON with a URL of the file, which a script in a browser can fetch.",
    {"enum": [LINK]},
)
SCHEMAS: dict[str, Schema] = {
    "DownloadLink": exact_object({"url": TEXT, "file_name": TEXT, "content_type": TEXT, "expires_at": INSTANT})
}


def wants_link(request: Request) -> bool:
    """Whether the client asks for a link.

    Raises:
        InvalidInput: `delivery` has another value.
    """
    return choice(request, DELIVERY.name, (LINK,)) == LINK
