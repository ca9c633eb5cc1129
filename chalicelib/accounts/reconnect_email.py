"""The e-mail that a person gets when consent to read an account is lost."""

from chalicelib.accounts.connection import Connection
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.providers.registry import TITLES


def reconnect_email(connection: Connection) -> EmailDraft:
    title = TITLES[connection.provider]
    return EmailDraft(
        EmailKind.RECONNECT,
        f"Connect your {title} account again",
        (
            f"{title} no longer lets us read your account {connection.account}, so it is not imported any more.",
            "Your contacts stay as they are. Connect the account again, and its imports continue where they stopped.",
        ),
        "/accounts",
        "My accounts",
    )
