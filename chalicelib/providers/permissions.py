"""Describes granted OAuth scopes to people, in the words of each provider's entry."""

from collections.abc import Iterable

from chalicelib.providers.registry import PROVIDERS, READ_CONTACTS


def describe_permissions(provider: str, scopes: Iterable[str]) -> str:
    """For example "read contacts, see your email address". An unknown scope is shown as it is."""
    words = PROVIDERS[provider].permissions
    descriptions = {words.get(scope.lower(), scope) for scope in scopes} - {""}
    return ", ".join(sorted(descriptions, key=lambda text: (text != READ_CONTACTS, text)))
