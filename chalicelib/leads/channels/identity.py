"""What identifies a person on a channel: a phone number on WhatsApp, an id on Messenger, an email address."""

from dataclasses import dataclass

ANYWHERE = "*"  #: the scope of identifiers that are unique in the world


@dataclass(frozen=True, slots=True)
class Identity:
    """One identifier of a person on one channel.

    Within an organization, two identities are the same if all but `form` and `raw` are equal.
    """

    #: "whatsapp", "sms", "email", "instagram", "messenger", "telegram", or a configured one
    channel: str
    #: what the identifier is unique in: a portfolio, page or professional account; `ANYWHERE` for phones and addresses
    scope: str
    #: what sort of identifier it is: "phone", "address", "id", "bsuid", "parent_bsuid"
    kind: str
    #: the normal form, shown and sent: E.164, an address in lower case, digits
    form: str
    #: equal for all spellings of the identifier. For keys alone: it may not be in use, so it is never shown or sent.
    key_form: str
    #: exactly as given
    raw: str


class InvalidIdentity(Exception):
    """An identifier cannot be used.

    Args:
        code: what is wrong, for programs, such as "short_code".
        words: what is wrong and how to fix it, for people.
        field: what is wrong: "identifier", "channel" or "scope".
    """

    def __init__(self, code: str, words: str, field: str = "identifier") -> None:
        super().__init__(words)
        self.code, self.words, self.field = code, words, field
