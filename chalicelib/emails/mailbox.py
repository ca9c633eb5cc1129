"""A mailbox: the e-mail address of a person that the issuer verified, and which e-mails they want there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.foundation.email_draft import EmailKind
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.secret import derive_secret, secrets_match


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What is stored of a person's mailbox."""

    owner: str
    #: None while the issuer has verified none.
    address: str | None = field(default=None, repr=False)
    #: The id in the links that switch e-mails off, and the secret that signs them. Both are new for each address, so
    #: that links in an earlier mailbox no longer work.
    link_id: str = ""
    secret: str = field(default="", repr=False)
    #: What the person chose, by kind.
    choices: Mapping[EmailKind, bool] = field(default_factory=dict)

    def allows(self, kind: EmailKind) -> bool:
        """Whether the person wants e-mails of this kind."""
        return self.choices.get(kind, kind.is_default)

    def receives(self, kind: EmailKind) -> bool:
        """Whether e-mails of this kind can be sent, and are wanted."""
        return self.address is not None and self.allows(kind)

    def unsubscribe_token(self, kind: EmailKind) -> str:
        """What a link has that switches off e-mails of this kind without a session. It says nothing of the person."""
        return f"{self.link_id}.{kind.value}.{self._signature(kind)}"

    def is_signed(self, link: "UnsubscribeLink") -> bool:
        """Whether the link is one of this mailbox, for this very kind."""
        return self.link_id == link.link_id and secrets_match(link.signature, self._signature(link.kind))

    def _signature(self, kind: EmailKind) -> str:
        return derive_secret(self.secret, f"unsubscribe {kind.value}") if self.secret else ""


@dataclass(frozen=True, slots=True)
class UnsubscribeLink:
    """The parts of an unsubscribe token, which may be made up."""

    link_id: str
    kind: EmailKind
    signature: str = field(repr=False)

    @classmethod
    def read(cls, token: str) -> "UnsubscribeLink | None":
        """The parts of a token; None if it has not the form of one."""
        link_id, _, rest = token.partition(".")
        kind, _, signature = rest.partition(".")
        if not link_id or not signature or kind not in {each.value for each in EmailKind}:
            return None
        return cls(link_id, EmailKind(kind), signature)


def mailbox_json(mailbox: Mailbox, *, is_sending: bool) -> JsonObject:
    """The mailbox in the API.

    Args:
        is_sending: whether the service sends e-mails at all.
    """
    choices = {kind.value: mailbox.allows(kind) for kind in EmailKind}
    return {"address": mailbox.address, "is_sending": is_sending, **choices}
