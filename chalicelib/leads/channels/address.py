"""Email addresses as identities: in lower case, with a domain that every mail server understands."""

from functools import lru_cache

from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.leads.channels.cell_text import refuse_damage
from chalicelib.leads.channels.identity import InvalidIdentity


def address_form(text: str) -> str:
    """The address in lower case with the domain as an A-label: "ada@xn--bcher-kva.example".

    Dots and what follows a plus stay: only the domain of an address knows what they mean.

    Raises:
        InvalidIdentity: it is not an address.
    """
    address = normalize_email(text)
    if address is None or not address.isprintable():
        refuse_damage(text)
        raise _no_address()
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}@{_a_label(domain)}"


@lru_cache(maxsize=2_048)
def _a_label(domain: str) -> str:
    from idna import IDNAError, encode

    try:
        return encode(domain).decode("ascii")
    except IDNAError:
        raise _no_address() from None


def _no_address() -> InvalidIdentity:
    return InvalidIdentity("no_address", "This is not an email address.")
