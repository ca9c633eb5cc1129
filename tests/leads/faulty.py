"""A DynamoDB client of which one call fails, in one of several ways."""

import copy
import random
from enum import StrEnum
from typing import Any

from tests.fakes.dynamodb_answers import transaction_canceled
from tests.fakes.lost_responses import no_response
from tests.fakes.values import refusal


class Fault(StrEnum):
    """What happens to the call."""

    LOST_REQUEST = "the request never arrives"
    LOST_RESPONSE = "it takes effect, and the response is lost"
    THROTTLED = "it is throttled"
    STATEMENTS_THROTTLED = "every statement of it is throttled, within a response of status 200"


class FailsOnce:
    """Passes all calls on, but the one with this number.

    Args:
        number: from 1.
    """

    def __init__(self, client: Any, number: int, fault: Fault) -> None:
        self._client, self._number, self._fault, self.calls = client, number, fault, 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def send(**request: Any) -> Any:
            self.calls += 1
            return self._fail(name, call, request) if self.calls == self._number else call(**request)

        return send

    def _fail(self, name: str, call: Any, request: dict[str, Any]) -> Any:
        if self._fault is Fault.STATEMENTS_THROTTLED and name == "batch_execute_statement":
            return {"Responses": [{"Error": {"Code": "ThrottlingError"}} for _ in request["Statements"]]}
        if self._fault in (Fault.THROTTLED, Fault.STATEMENTS_THROTTLED):
            raise refusal("ThrottlingException", "later")
        if self._fault is Fault.LOST_RESPONSE:
            call(**request)
        raise no_response()


class ThrottlesStatements:
    """Passes all calls on, but throttles single statements of batches, within responses of status 200.

    Args:
        share: of the statements, chosen by chance.
    """

    codes = ("ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded")

    def __init__(self, client: Any, chance: random.Random, share: float) -> None:
        self._client, self._chance, self.share, self.throttled = client, chance, share, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_execute_statement(self, **request: Any) -> Any:
        return {"Responses": [self._execute(statement) for statement in request["Statements"]]}

    def _execute(self, statement: Any) -> Any:
        if self._chance.random() < self.share:
            self.throttled += 1
            return {"Error": {"Code": self._chance.choice(self.codes), "Message": "Too fast"}}
        (response,) = self._client.batch_execute_statement(Statements=[statement])["Responses"]
        return response


class Contended:
    """Passes all calls on, but cancels the first transactions, since others are writing the same items."""

    def __init__(self, client: Any, transactions: int) -> None:
        self._client, self._left = client, transactions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        self._left -= 1
        if self._left >= 0:
            reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * (len(request["TransactItems"]) - 1)]
            raise transaction_canceled(reasons)
        return self._client.transact_write_items(**request)


class Meanwhile:
    """Passes all calls on; before the first one of an operation, something else happens."""

    def __init__(self, client: Any, operation: str, happens: Any) -> None:
        self._client, self._operation, self._happens = client, operation, happens

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name == self._operation and self._happens is not None:
            happens, self._happens = self._happens, None
            happens()
        return call


class LagsBehind:
    """Passes all calls on, but reads that need not be consistent see what was there at first."""

    def __init__(self, client: Any) -> None:
        self._client, self._before = client, copy.deepcopy(client)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, **request: Any) -> Any:
        is_consistent = all(each.get("ConsistentRead") for each in request["RequestItems"].values())
        return (self._client if is_consistent else self._before).batch_get_item(**request)
