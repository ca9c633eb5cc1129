"""What an edit of a profile changes: only the fields that it names."""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.foundation.errors import InvalidInput
from chalicelib.leads.bodies import ProfileBody
from chalicelib.leads.lead import Profile
from chalicelib.leads.profile_input import InvalidProfile, checked_profile


def profile_edit(body: ProfileBody) -> Callable[[Profile], Profile]:
    """The function from a profile to the edited one.

    It raises InvalidInput if the edited profile cannot be stored.
    """
    named = body.model_fields_set

    def edited(before: Profile) -> Profile:
        def text(field: str) -> str:
            return getattr(body if field in named else before, field) or ""

        tags = (body.tags or ()) if "tags" in named else before.tags
        custom = _merged(before.custom, body.custom) if "custom" in named else before.custom
        return _checked(text("name"), text("email"), text("phone"), custom, tags)

    return edited


def _merged(before: Mapping[str, str], changes: Mapping[str, str | None] | None) -> Mapping[str, str]:
    """The custom fields after the changes; null for all of them removes all."""
    if changes is None:
        return {}
    return {**before, **{name: value or "" for name, value in changes.items()}}


def _checked(name: str, email: str, phone: str, custom: Mapping[str, str], tags: Sequence[str]) -> Profile:
    try:
        return checked_profile(name, email, phone, custom, tags)
    except InvalidProfile as invalid:
        raise InvalidInput(invalid.words, field=invalid.field, code=invalid.code) from None
