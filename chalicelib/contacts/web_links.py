"""Web links as people write them, completed in the same way by imports, bulk create and forms."""

import re

LONGEST_LINK = 4_000  # characters
_WEB = re.compile(r"https?://[^\s<>\"\\/?#][^\s<>\"\\]*", re.IGNORECASE).fullmatch
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"  # of a host, in any script
_BARE_HOST = re.compile(rf"(?:{_LABEL}\.)+[^\W\d_]{{2,24}}\.?(?::[0-9]{{1,5}})?(?:[/?#][^\s<>\"\\]*)?").fullmatch


def web_link(text: str) -> str:
    """The link, with https:// if it has no scheme; "" if it is not a web link."""
    text = text.strip()
    if len(text) > LONGEST_LINK or not text.isprintable():
        return ""
    if _WEB(text):
        return text
    return f"https://{text}" if _BARE_HOST(text) else ""
