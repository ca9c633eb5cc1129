"""Table and ItemKind: what `keys` declares, and how keys are built from it and read back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter
from typing import NamedTuple

from chalicelib.foundation.dynamo import Item


class Key(NamedTuple):
    """The primary key of one item."""

    #: The partition key.
    pk: str
    #: The sort key.
    sk: str

    @classmethod
    def of(cls, item: Item) -> "Key":
        """The key of an item that was read."""
        return cls(item["pk"]["S"], item["sk"]["S"])

    @property
    def item(self) -> Item:
        """The key in the form of DynamoDB requests."""
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. It projects the keys alone, and has the items that have both of its attributes."""

    name: str
    #: The attribute of its partition key, a string.
    pk: str
    #: The attribute of its sort key.
    sk: str
    #: The type of the sort key: "S" or "N".
    sk_type: str


@dataclass(frozen=True, eq=False)
class Table:
    """One DynamoDB table. Its keys are the strings `pk` and `sk`."""

    #: What code, settings and documents call it.
    name: str
    #: Its logical id in the CloudFormation template.
    logical_id: str
    indexes: tuple[Index, ...] = ()
    #: The attribute with the second after which DynamoDB deletes an item; None if no item expires.
    expires_by: str | None = None
    #: Every kind of item in it.
    kinds: list["ItemKind"] = field(default_factory=list)

    def kind(self, pk: str, sk: str, *, holds: str, of_person: bool = True, expires: str = "") -> "ItemKind":
        """Declare a kind of item of this table."""
        kind = ItemKind(self, pk, sk, holds, of_person, expires)
        self.kinds.append(kind)
        return kind

    def kinds_of(self, key: Key) -> list["ItemKind"]:
        """The kinds whose keys have this form; one, for a key that a store has built."""
        return [kind for kind in self.kinds if kind.matches(key)]


@dataclass(frozen=True, eq=False)
class ItemKind:
    """A kind of item. Its key is made of two templates of `str.format`, such as "owner#{owner}"."""

    table: Table
    #: Template of the partition key.
    pk: str
    #: Template of the sort key.
    sk: str
    #: What such an item holds.
    holds: str
    #: Whether it is data of a person, which an erasure deletes or which expires.
    of_person: bool
    #: When DynamoDB deletes it; empty if it stays until something deletes it.
    expires: str

    def key(self, **parts: str | int) -> Key:
        """The key of the item with these parts, all of them.

        Raises:
            KeyError: a part is missing.
        """
        return Key(self.pk.format(**parts), self.sk.format(**parts))

    def partition(self, **parts: str | int) -> str:
        """The partition key alone."""
        return self.pk.format(**parts)

    def sk_prefix(self, **parts: str | int) -> str:
        """The prefix of the sort keys of all items with these parts: the template, up to a missing part."""
        prefix = ""
        for text, name, spec, _ in Formatter().parse(self.sk):
            prefix += text
            if name is None or name not in parts:
                break
            prefix += format(parts[name], spec or "")
        return prefix

    def parts(self, key: Key) -> Mapping[str, str]:
        """The parts that a key of this kind was built from, as text.

        Raises:
            ValueError: the key is of another kind.
        """
        found = self._match(key)
        if found is None:
            raise ValueError(f"the key is not of the form {self.pk} {self.sk}")
        return found

    def matches(self, key: Key) -> bool:
        """Whether a key has the form of this kind's."""
        return self._match(key) is not None

    def _match(self, key: Key) -> Mapping[str, str] | None:
        matches = [pattern.fullmatch(text) for pattern, text in zip(self._patterns, key, strict=True)]
        if any(match is None for match in matches):
            return None
        return {name: text for match in matches if match for name, text in match.groupdict().items()}

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return _pattern(self.pk), _pattern(self.sk)


def _pattern(template: str) -> re.Pattern[str]:
    """Matches what the template can become. The `sub` of a person and the name of a lane may hold anything."""
    pattern = ""
    for text, name, spec, _ in Formatter().parse(template):
        pattern += re.escape(text)
        if name is not None:
            pattern += f"(?P<{name}>{_form(name, spec or '')})"
    return re.compile(pattern, re.DOTALL)


def _form(name: str, spec: str) -> str:
    if spec:
        return rf"\d{{{int(spec.rstrip('d'))},}}"
    return ".+" if name in ("owner", "person", "lane") else "[^#]+"
