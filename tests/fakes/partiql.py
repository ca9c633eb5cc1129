"""The statements of PartiQL that the stores send, for the fake DynamoDB: an insert, or an update by key and condition.

Each becomes the request of the operation that does the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Request = dict[str, Any]

_INSERT = re.compile(r"""INSERT INTO "([^"]+)" VALUE \{(.*)\}""")
_UPDATE = re.compile(r"""UPDATE "([^"]+)" (SET .*?)((?: ?REMOVE "\w+")*) WHERE (.*)""")
_VALUE = re.compile(r"'(\w+)': \?(?:, |$)")
_SET = re.compile(r'SET "(\w+)" = \?(?: |$)')
_REMOVE = re.compile(r'REMOVE "(\w+)"')
_EQUAL = re.compile(r'"(\w+)" = \?(?: AND |$)')


def request_of(statement: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, Request]:
    """The operation that a statement amounts to, "put" or "update", and its request.

    Args:
        keys: the names of the table's keys.

    Raises:
        ValueError: it is another statement.
    """
    text, parameters = statement["Statement"], iter(statement["Parameters"])
    if insert := _INSERT.fullmatch(text):
        item = dict(_pairs(_VALUE, insert[2], parameters))
        return "put", {"TableName": insert[1], "Item": item, "ConditionExpression": f"attribute_not_exists({keys[0]})"}
    if update := _UPDATE.fullmatch(text):
        changes, equal = dict(_pairs(_SET, update[2], parameters)), dict(_pairs(_EQUAL, update[4], parameters))
        return "update", _update(update[1], changes, _REMOVE.findall(update[3]), equal, keys)
    raise ValueError(f"The fake DynamoDB does not know this statement: {text}")


def _pairs(pattern: re.Pattern[str], text: str, parameters: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    """The names in a text that consists of such parts alone, each with its parameter."""
    if pattern.sub("", text):
        raise ValueError(f"The fake DynamoDB does not know this part of a statement: {text}")
    return ((match[1], next(parameters)) for match in pattern.finditer(text))


def _update(table: str, changes: Request, removed: Sequence[str], equal: Request, keys: Sequence[str]) -> Request:
    conditions = {name: value for name, value in equal.items() if name not in keys}
    names = {f"#{name}": name for name in (*changes, *removed, *conditions, keys[0])}
    removes = " REMOVE " + ", ".join(f"#{name}" for name in removed) if removed else ""
    return {
        "TableName": table,
        "Key": {name: equal[name] for name in keys},
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :to_{name}" for name in changes) + removes,
        "ConditionExpression": " AND ".join(
            (f"attribute_exists(#{keys[0]})", *(f"#{name} = :is_{name}" for name in conditions))
        ),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {
            **{f":to_{name}": value for name, value in changes.items()},
            **{f":is_{name}": value for name, value in conditions.items()},
        },
    }
