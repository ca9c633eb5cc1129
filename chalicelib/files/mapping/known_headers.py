"""What headers mean: those of presets where they mean one thing alone, and the synonyms of `synonyms.toml`."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.files.mapping.headers import plain_header, with_placeholder, without_number
from chalicelib.files.mapping.presets import presets
from chalicelib.files.mapping.target import NAME, Target

_SYNONYMS = Path(__file__).with_name("synonyms.toml")


class Meaning(NamedTuple):
    """What a header means; the number of the value is not part of it."""

    field: str
    part: str = ""
    label: str = ""

    def target(self, entry: int) -> Target:
        return Target(self.field, self.part, entry, self.label)


class Found(NamedTuple):
    """The meaning of a certain header."""

    meanings: Sequence[Meaning]  #: the first that no other column has
    number: int = 0  #: of the value in its list, as the header says; 0 for none


def knows(header: str) -> bool:
    """Whether a text is a known header of a column of contacts, of any program."""
    plain = plain_header(header)
    if not plain:
        return False
    return (
        plain in _preset_headers() or with_placeholder(plain)[0] in _preset_headers() or meaning_of(plain) is not None
    )


@lru_cache(8_192)
def meaning_of(plain: str) -> Found | None:
    """What a plain header means; None if it is not known."""
    known, separated = meanings(), _separated()
    bare, number = without_number(plain)
    exact = known.get(separated.get(plain, plain))
    numbered = (known.get(separated.get(bare, bare)) or known.get(with_placeholder(plain)[0])) if number else None
    if exact and numbered and exact[0][:2] != numbered[0][:2]:  # "Address 2" is a line, and "Address" a whole address
        return Found(exact)
    if numbered:
        return Found(numbered, number)
    return Found(exact) if exact else None


def is_family_first(plain: str) -> bool:
    """Whether a header says that whole names begin with the family name."""
    return plain in _family_first()


@cache
def meanings() -> Mapping[str, Sequence[Meaning]]:
    """All headers that mean one thing, plain."""
    found: dict[str, Sequence[Meaning]] = {header: [meaning] for header, meaning in _of_presets()}
    data = _synonyms()
    for target, words in data["targets"].items():
        found.update((plain_header(word), [_meaning(target)]) for word in words)
    for words in (*data["whole_names"].values(), *data["family_first"].values()):
        found.update((plain_header(word), [Meaning(NAME)]) for word in words)
    for word, targets in data["either"].items():
        found[plain_header(word)] = [_meaning(target) for target in targets]
    return found


@cache
def _separated() -> Mapping[str, str]:
    """Known headers of several words by the same words written together, such as "firstname"."""
    together: dict[str, str] = {}
    for header in sorted(meanings()):
        joined = header.replace(" ", "")
        if joined != header and joined not in meanings():
            together.setdefault(joined, header)
    return together


def _of_presets() -> Iterator[tuple[str, Meaning]]:
    several: dict[str, set[Meaning]] = {}
    for preset in presets().values():
        for headers in preset.headers.values():
            for header, targets in headers.items():
                several.setdefault(header, set()).update(_without_entry(target) for target in targets if target)
    for header, means in several.items():
        fields = {(meaning.field, meaning.part) for meaning in means}
        if len(fields) == 1:
            field, part = fields.pop()
            labels = {meaning.label for meaning in means}
            yield header, Meaning(field, part, labels.pop() if len(labels) == 1 else "")


def _without_entry(template: str) -> Meaning:
    target = Target.of(template.replace("{n}", "1"))
    return Meaning(target.field, target.part, target.label)


def _meaning(target: str) -> Meaning:
    """The meaning of a target without a number: "phones=mobile", "addresses.city"."""
    kind, _, label = target.partition("=")
    field, _, part = kind.partition(".")
    first = Target.of(f"{field}.1.{part}" if part else f"{field}.1") if _is_list(field) else Target.of(kind)
    return Meaning(first.field, first.part, label)


def _is_list(field: str) -> bool:
    try:
        Target.of(f"{field}.1")
    except ValueError:
        return False
    return True


@cache
def _preset_headers() -> frozenset[str]:
    return frozenset(
        header for preset in presets().values() for headers in preset.headers.values() for header in headers
    )


@cache
def _family_first() -> frozenset[str]:
    return frozenset(plain_header(word) for words in _synonyms()["family_first"].values() for word in words)


@cache
def _synonyms() -> Mapping[str, Any]:
    return tomllib.loads(_SYNONYMS.read_text("utf-8"))
