"""EmailDraft: what a room tells a person by e-mail. The room of e-mails decides whether it is sent, and sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class EmailKind(StrEnum):
    """The kinds of e-mails, each of which a person can switch on and off."""

    RECONNECT = "reconnect"  # an account is no longer read until the person connects it again
    DECISION = "decision"  # something waits for what the person decides
    ENDPOINT = "endpoint"  # events are no longer sent to an endpoint of the person
    DONE = "done"  # an import has ended

    @property
    def is_default(self) -> bool:
        """Whether people get such e-mails who never chose."""
        return self is not EmailKind.DONE


@dataclass(frozen=True, slots=True)
class EmailDraft:
    """One e-mail without its recipient. It has counts, and nothing of any contact."""

    kind: EmailKind
    subject: str
    #: Its paragraphs, as plain text.
    paragraphs: Sequence[str]
    #: The path of the page to open, and what the link is called.
    path: str
    link: str
