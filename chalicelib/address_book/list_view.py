"""The filters of the contacts page: what can be chosen, and what was chosen, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.address_book.contact_filter import ContactFilter
from chalicelib.address_book.enrichment_view import status_options
from chalicelib.address_book.list_contacts import ContactPage
from chalicelib.address_book.status_filter import PARAMETER as ENRICHMENT
from chalicelib.address_book.status_filter import StatusFilter
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.value_source import source_name

MOST_OPTIONS = 300  # of one filter
DUPLICATES = {"true": "With possible duplicates", "false": "Without possible duplicates"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the form: a list to choose from."""

    #: The query parameter.
    name: str
    title: str
    #: What chooses nothing.
    every: str
    options: Sequence[Mapping[str, str]]
    #: The chosen value; "" for none.
    chosen: str
    #: What the page says of the chosen value, before its title.
    words: str


def list_choices(
    page: ContactPage,
    wanted: ContactFilter,
    status: StatusFilter | None,
    source_names: Callable[[], Mapping[str, str]],
) -> list[Choice]:
    """The filters to choose from. One that could exclude nothing is left out, unless it is set.

    Args:
        source_names: reads the displayed names of the sources, by key; only called if they are shown.
    """
    names = source_names() if len(page.sources) > 1 or wanted.source else {}
    sources = [each for each in page.sources if each in names or each in (PERSON, wanted.source)]
    duplicates = DUPLICATES if page.has_duplicates or wanted.has_duplicates is not None else {}
    found = (
        Choice("source", "Source", "All sources", _titled(sources, names), wanted.source or "", "from"),
        Choice("tag", "Tag", "All tags", _with(page.tags, wanted.tag), wanted.tag or "", "with the tag"),
        Choice("group", "Group", "All groups", _with(page.groups, wanted.group), wanted.group or "", "in the group"),
        Choice("has_duplicates", "Duplicates", "All contacts", _options(duplicates), _word(wanted.has_duplicates), ""),
        Choice(
            ENRICHMENT,
            "Enrichment",
            "Any status",
            status_options() if page.has_statuses or status else [],
            status.text if status else "",
            "with the status",
        ),
    )
    return [each for each in found if each.chosen or len(each.options) > (each.name in ("source", "tag"))]


def _word(has_duplicates: bool | None) -> str:
    return "" if has_duplicates is None else str(has_duplicates).lower()


def _titled(sources: Iterable[str], names: Mapping[str, str]) -> list[Mapping[str, str]]:
    titles = {source: source_name(source, names) for source in sources}
    return _options(dict(sorted(titles.items(), key=lambda each: each[1].casefold())))


def _with(values: Sequence[str], chosen: str | None) -> list[Mapping[str, str]]:
    """The values as options, with the chosen one even if the book does not have it."""
    shown = values[:MOST_OPTIONS] if chosen is None else sorted({*values[:MOST_OPTIONS], chosen})
    return _options({each: each for each in shown})


def _options(titles: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [{"value": value, "title": title} for value, title in titles.items()]
