"""Every error that a caller can see is documented."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator

import chalicelib
from chalicelib.foundation.errors import ServiceError
from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS

OF_THE_ROUTER = {"method-not-allowed": (405, "Method not allowed")}  # made without an error


def errors(kind: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from errors(each)


def all_errors() -> list[type[ServiceError]]:
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(module.name)
    return [each for each in errors() if each.__module__.startswith("chalicelib.")]


def test_every_error_has_a_text_with_its_title_and_its_statuses():
    statuses: dict[str, set[int]] = defaultdict(set)
    titles: dict[str, set[str]] = defaultdict(set)
    for each in all_errors():
        statuses[each.slug].add(each.status)
        titles[each.slug].add(each.title)

    for slug, (status, title) in OF_THE_ROUTER.items():
        statuses[slug], titles[slug] = {status}, {title}
    assert {slug: set(each.statuses) for slug, each in PROBLEM_TEXTS.items()} == statuses
    assert {slug: each.title for slug, each in PROBLEM_TEXTS.items() if each.title not in titles[slug]} == {}


def test_every_text_says_what_it_means_and_how_to_mend_it_in_sentences():
    for slug, each in PROBLEM_TEXTS.items():
        assert each.meaning.endswith("."), slug
        assert each.mending.endswith("."), slug
