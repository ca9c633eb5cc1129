"""Why something that a run did is kept: as a code in the ledger, and as a sentence for people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.contacts.source import Source
from chalicelib.foundation.clock import instant

EDITED, CHANGED, REMOVED_SINCE, DELETED_SINCE = "edited", "changed", "removed", "deleted"
WORDS_EXPIRED, TOO_LARGE, POISON = "words_expired", "too_large", "poison"
MOST_FIELDS = 8  # that one reason names
_FAILURES = {
    WORDS_EXPIRED: "What was there before has expired.",
    TOO_LARGE: "The contact would be too large.",
    POISON: "This contact could not be processed.",
}


@dataclass(frozen=True, slots=True)
class KeptReason:
    """Why something of one contact is kept."""

    why: str  #: one of the codes above
    at: int = 0  #: when it was changed, in milliseconds since 1970; 0 if that is unknown
    fields: tuple[str, ...] = ()  #: the fields that were changed, if they are known
    source: str = ""  #: the key of the source that changed it


def encode_kept(reasons: Sequence[KeptReason]) -> str | None:
    """The reason of a ledger line; None if nothing is kept."""
    texts = [f"{each.why}|{each.at}|{','.join(each.fields[:MOST_FIELDS])}|{each.source}" for each in reasons]
    return ";".join(dict.fromkeys(texts)) or None


def decode_kept(reason: str | None) -> list[KeptReason]:
    """The reasons in a ledger line."""
    found = []
    for text in (reason or "").split(";"):
        why, *rest = text.split("|", 3)
        if len(rest) == 3:
            at, fields, source = rest
            found.append(KeptReason(why, int(at), tuple(filter(None, fields.split(","))), source))
    return found


def describe_failure(reason: str | None) -> str:
    """Why a contact could not be undone, as a sentence."""
    return _FAILURES.get(reason or "", "This contact could not be processed.")


def describe_kept(reason: KeptReason, label: Callable[[str], str]) -> str:
    """The reason as a sentence without its end.

    Args:
        label: returns the name of a field for people.
    """
    fields = _listed([label(each).lower() for each in reason.fields])
    when = f" on {_date(reason.at)}" if reason.at else ""
    if reason.why == EDITED:
        return f"you edited the {fields}{when}" if fields else f"you edited it{when}"
    if reason.why == CHANGED:
        by = Source.of(reason.source).title or Source.of(reason.source).tag
        return f"{by} changed the {fields}{when}" if fields else f"{by} changed it{when}"
    if reason.why == DELETED_SINCE:
        return "you deleted it"
    return "it was removed since"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _date(at: int) -> str:
    moment = instant(at)
    return f"{moment.day} {moment:%B}"
