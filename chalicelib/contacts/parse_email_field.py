"""Parses email fields of imports and edits: one address, several, or a name with an address."""

import re

LONGEST_ADDRESS = 320  # characters
_EMAIL = re.compile(r"(?!/)[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\/]+").fullmatch
_PREFIX = re.compile(r"(?:smtp|mailto):", re.IGNORECASE)
_UNPRINTED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # changes direction, or is invisible
_BETWEEN = re.compile(r":::|[\s,;|<>()\[\]\"]+")  # separates the addresses in one field


def email_address(text: str) -> str:
    """The address to send mail to; "" for other text, such as an X.500 name or a remark."""
    if not text.isascii():
        text = _UNPRINTED.sub("", text)
    if ":" in text:  # rare, and a search for the prefix takes longer than everything else here
        text = _PREFIX.sub("", text, count=1)
    text = text.strip()
    if text[:1] == "'" == text[-1:]:  # as Outlook writes an address that has no name
        text = text[1:-1]
    return text if len(text) <= LONGEST_ADDRESS and _EMAIL(text) else ""


def parse_email_field(text: str) -> tuple[list[str], str]:
    """The addresses in a field, and the other text in it.

    "Uwe Rast <uwe@rast.example>; x@y.example" has two, and the text "Uwe Rast".
    """
    if address := email_address(text):
        return [address], ""
    addresses, words = list[str](), list[str]()
    for word in _BETWEEN.split(text):
        if address := email_address(word.strip(".:'")):
            addresses.append(address)
        elif any(map(str.isalnum, word)) and not _PREFIX.fullmatch(word):
            words.append(word)
    return addresses, " ".join(words)
