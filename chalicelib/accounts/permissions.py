"""What a person allowed us at a provider, in words."""

from collections.abc import Iterable

_DESCRIPTIONS = {
    "https://www.googleapis.com/auth/contacts.readonly": "read your contacts",
    "https://www.googleapis.com/auth/contacts": "read your contacts",
    "contacts.read": "read your contacts",
    "https://graph.microsoft.com/contacts.read": "read your contacts",
    "email": "know your address",
    "https://www.googleapis.com/auth/userinfo.email": "know your address",
    "profile": "know your name",
    "https://www.googleapis.com/auth/userinfo.profile": "know your name",
    "user.read": "know your name and address",
    "offline_access": "read again later without asking",
}
_NOT_SHOWN = {"openid"}  # says nothing beyond that it is this account


def describe_permissions(scopes: Iterable[str]) -> str:
    """ "read your contacts, know your address"; one that we have no words for is named as it is."""
    words = (_DESCRIPTIONS.get(scope.lower(), scope) for scope in scopes if scope.lower() not in _NOT_SHOWN)
    return ", ".join(sorted(dict.fromkeys(words), key=lambda each: (each != "read your contacts", each)))
