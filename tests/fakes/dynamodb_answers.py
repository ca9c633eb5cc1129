"""The responses and errors of the fake DynamoDB, and the check that a request uses all its names."""

from collections.abc import Mapping
from typing import Any

from tests.fakes import evaluation, expressions
from tests.fakes.values import Item, refusal, validation_error

Request = Mapping[str, Any]

FAILED = "The conditional request failed"
_EXPRESSIONS = {
    "ConditionExpression": expressions.condition,
    "FilterExpression": expressions.condition,
    "KeyConditionExpression": expressions.condition,
    "ProjectionExpression": expressions.projection,
    "UpdateExpression": expressions.update,
}


def project(request: Request, item: Item) -> Item:
    text = request.get("ProjectionExpression")
    return dict(item) if text is None else evaluation.projected(text)(item, request.get("ExpressionAttributeNames", {}))


def check_names(request: Request) -> None:
    """Every `#name` and `:value` must be used, and every used one be there."""
    used: set[str] = set()
    for member, parse in _EXPRESSIONS.items():
        text = request.get(member)
        if text is not None:
            used |= parse(text).used
    given = {*request.get("ExpressionAttributeNames", ()), *request.get("ExpressionAttributeValues", ())}
    if used != given:
        odd = ", ".join(sorted(used ^ given))
        raise validation_error(f"An expression attribute is not defined, or not used in any expression: {odd}")


def condition_failure(request: Request, old: Item | None) -> dict[str, Any]:
    reason: dict[str, Any] = {"Code": "ConditionalCheckFailed", "Message": FAILED}
    if request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and old is not None:
        reason["Item"] = dict(old)
    return reason


def transaction_canceled(reasons: list[dict[str, Any]]) -> Exception:
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return refusal("TransactionCanceledException", message, "TransactWriteItems", CancellationReasons=reasons)
