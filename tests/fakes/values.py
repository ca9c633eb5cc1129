"""DynamoDB's typed values, `{"S": "Ada"}` and the like: their normal form, their size, how two of them compare."""

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from botocore.exceptions import ClientError

Value = dict[str, Any]
Item = dict[str, Value]

_EXACT = Context(prec=38, traps=[Inexact, InvalidOperation])
SETS = ("SS", "NS", "BS")


def validation_error(message: str, operation: str = "Request") -> ClientError:
    return refusal("ValidationException", message, operation)


def refusal(code: str, message: str, operation: str = "Request", **members: Any) -> ClientError:
    """The error as botocore raises it: the code inside `Error`, modeled members next to it."""
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
        "message": message,
        **members,
    }
    return ClientError(response, operation)


def number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def normal_number(text: str) -> str:
    """`1.0` and `1e0` are stored as `1`; more than 38 digits are refused."""
    digits = text[1:] if text[:1] == "-" else text
    if digits.isascii() and digits.isdigit() and len(digits) <= 38 and digits[0] != "0":
        return text
    try:
        exact = _EXACT.create_decimal(text)
    except (Inexact, InvalidOperation) as wrong:
        raise validation_error("The parameter cannot be converted to a numeric value: " + text) from wrong
    return format(exact.normalize(), "f") if exact else "0"


def normalize_value(value: Value) -> Value:
    """The value as it is kept. Values are never changed in place, so unchanged ones are shared, not copied."""
    ((kind, held),) = value.items()
    if kind == "N":
        normal = normal_number(held)
        return value if normal == held else {"N": normal}
    if kind == "M":
        return {"M": {name: normalize_value(inner) for name, inner in held.items()}}
    if kind == "L":
        return {"L": [normalize_value(inner) for inner in held]}
    if kind in SETS:
        return _stored_set(kind, held)
    return value


def _stored_set(kind: str, held: Any) -> Value:
    members = [normal_number(text) for text in held] if kind == "NS" else list(held)
    if not members:
        raise validation_error("One or more parameter values were invalid: An number set  may not be empty")
    if len(set(members)) < len(members):
        raise validation_error("One or more parameter values were invalid: Input collection contains duplicates")
    return {kind: members}


def size_of(value: Value) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held) if held.isascii() else len(held.encode())
    if kind == "N":
        return len(held) // 2 + 2
    if kind == "M":
        return 3 + item_size(held) + len(held)
    if kind == "L":
        return 3 + sum(1 + size_of(inner) for inner in held)
    if kind in SETS:
        return sum(len(member) for member in held)
    return len(held) if kind == "B" else 1


def item_size(item: Mapping[str, Value]) -> int:
    return sum(len(name) + size_of(value) for name, value in item.items())


def equal(left: Value, right: Value) -> bool:
    if left == right:
        return True
    ((kind, held),) = left.items()
    ((other, meant),) = right.items()
    if kind != other:
        return False
    match kind:
        case "N":
            return number(held) == number(meant)
        case "M":
            return held.keys() == meant.keys() and all(equal(held[name], meant[name]) for name in held)
        case "L":
            return len(held) == len(meant) and all(map(equal, held, meant))
        case "NS":
            return set(map(number, held)) == set(map(number, meant))
        case "SS" | "BS":
            return set(held) == set(meant)
        case _:
            return False


def ordered(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None where the two cannot be compared."""
    ((kind, held),) = left.items()
    ((other, meant),) = right.items()
    if kind != other or kind not in ("S", "N", "B"):
        return None
    if kind == "N":
        held, meant = number(held), number(meant)
    return int(held > meant) - int(held < meant)


def sort_key(value: Value) -> Any:
    """Sorts values of one type as DynamoDB sorts range keys (code points sort like UTF-8 bytes)."""
    ((kind, held),) = value.items()
    return number(held) if kind == "N" else held
