"""The form that edits a lead: what it is filled with, and the edit that it sends."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.leads.bodies import ProfileBody
from chalicelib.leads.lead import Lead, Profile
from chalicelib.leads.managing.profile_edit import profile_edit

FREE_LINES = 2  # for new custom fields
_TEXTS = ("name", "email", "phone")


def fields_of(lead: Lead) -> dict[str, Any]:
    """What the form is filled with."""
    profile = lead.profile
    custom = [*profile.custom.items(), *[("", "")] * FREE_LINES]
    texts = {name: getattr(profile, name) for name in _TEXTS}
    return {**texts, "tags": "\n".join(profile.tags), "custom": custom, "revision": lead.rev}


def sent_fields(form: Form) -> dict[str, Any]:
    """The same, as the person sent it."""
    texts = {name: form.text(name) for name in (*_TEXTS, "tags")}
    custom = list(zip(form.every("custom_name"), form.every("custom_value"), strict=False))
    return {**texts, "custom": custom, "revision": _revision(form.text("revision"))}


def edit_of(fields: Mapping[str, Any], lead: Lead) -> Callable[[Profile], Profile]:
    """The edit of a profile that the form stands for; it raises as `profile_edit`.

    Raises:
        InvalidInput: two custom fields have one name, or a value has none.
    """
    body = ProfileBody(
        **{name: fields[name] for name in _TEXTS},
        tags=fields["tags"].splitlines(),
        custom={**dict.fromkeys(lead.profile.custom), **_custom(fields["custom"])},
    )
    return profile_edit(body)


def _custom(lines: list[tuple[str, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for given, value in lines:
        name = given.strip()
        if name in found:
            raise InvalidInput(f"Two fields of your own are called {name}.", field="custom")
        if name:
            found[name] = value.replace("\r\n", "\n")
        elif value.strip():
            raise InvalidInput("Give each value of your own a name.", field="custom")
    return found


def _revision(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("The form is incomplete. Reload the page and try again.", field="revision")
    return int(text)
