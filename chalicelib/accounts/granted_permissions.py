"""Describes granted OAuth scopes to people."""

from collections.abc import Iterable

_DESCRIPTIONS = {
    "https://www.googleapis.com/auth/contacts.readonly": "read contacts",
    "https://www.googleapis.com/auth/contacts": "read contacts",
    "contacts.read": "read contacts",
    "https://graph.microsoft.com/contacts.read": "read contacts",
    "email": "see your email address",
    "https://www.googleapis.com/auth/userinfo.email": "see your email address",
    "profile": "see your name",
    "https://www.googleapis.com/auth/userinfo.profile": "see your name",
    "user.read": "see your name and email address",
    "offline_access": "keep access when you are away",
}
_NOT_SHOWN = {"openid"}  # only identifies the account


def describe_permissions(scopes: Iterable[str]) -> str:
    """For example "read contacts, see your email address". An unknown scope is shown as it is."""
    shown = (scope for scope in scopes if scope.lower() not in _NOT_SHOWN)
    descriptions = {_DESCRIPTIONS.get(scope.lower(), scope) for scope in shown}
    return ", ".join(sorted(descriptions, key=lambda text: (text != "read contacts", text)))
