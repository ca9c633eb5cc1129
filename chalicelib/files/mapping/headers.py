"""Headers of columns in a form in which different spellings are equal: "E-Mail 1 - Value", "email_1_value"."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

_WORDS = re.compile(r"[^\W\d_]+|[0-9]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # between the words of "MailingPostalCode"
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_NUMBER = re.compile(r"(?<!\S)[0-9]+(?!\S)")
NUMBER = "n"  # stands for the number in the headers of presets: "Phone {n} - Value"


@lru_cache(8_192)
def plain_header(header: str) -> str:
    """The words of a header in lower case, composed (NFKC), without punctuation, with a space between them."""
    text = unicodedata.normalize("NFKC", header)
    if not text.islower():
        text = _HUMPS.sub(" ", text)
    words = " ".join(_WORDS.findall(_APOSTROPHES.sub("", text).casefold()))
    return words.replace("e mail", "email") if "e mail" in words else words


def without_number(plain: str) -> tuple[str, int]:
    """A plain header without its number, and that number; 0 if it has none or several."""
    number = _number_in(plain)
    return (" ".join(_NUMBER.sub("", plain).split()), number) if number else (plain, 0)


def with_placeholder(plain: str) -> tuple[str, int]:
    """A plain header with `NUMBER` in place of its number, and that number: "phone n value", 2."""
    number = _number_in(plain)
    return (_NUMBER.sub(NUMBER, plain), number) if number else (plain, 0)


def _number_in(plain: str) -> int:
    numbers = _NUMBER.findall(plain)
    return int(numbers[0]) if len(numbers) == 1 and len(numbers[0]) <= len("999") else 0


def fingerprint(headers: Iterable[str]) -> str:
    """Equal for files with the same columns in the same order, so that a mapping is found again for the next file."""
    together = "\n".join(map(plain_header, headers))
    return blake2b(together.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
