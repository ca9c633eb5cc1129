"""Errors as HubSpot's API writes them: a status, a sentence, a category, and of 429 the policy that was exceeded."""

import uuid

from local.sandbox.wire import Json, Response, as_json

_TEN_SECONDS = "TEN_SECONDLY_ROLLING"


def failure(status: int, category: str, message: str, **more: Json) -> Response:
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category, **more}
    return as_json(body, status)


def invalid(message: str) -> Response:
    return failure(400, "VALIDATION_ERROR", message)


def unauthorized() -> Response:
    return failure(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")


def missing_scopes(*scopes: str) -> Response:
    message = "This app hasn't been granted all required scopes to make this call."
    errors = [{"message": "One or more of the following scopes are required.", "context": {"requiredScopes": scopes}}]
    return failure(403, "MISSING_SCOPES", message, errors=errors)


def too_many(policy: str = _TEN_SECONDS) -> Response:
    message = f"You have reached your {policy.lower()} limit."
    return failure(429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)


REFUSALS = {
    "429": too_many,
    "429-date": too_many,
    "quota": lambda: too_many("DAILY"),
    "500": lambda: failure(500, "INTERNAL_ERROR", "There was a problem with the request."),
    "503": lambda: failure(503, "INTERNAL_ERROR", "The service is temporarily unavailable."),
    "expire-sync": lambda: invalid("There was a problem with the request."),
    "expire-page-token": lambda: invalid("Invalid input JSON: the paging cursor is not valid."),
    "insufficient-scope": lambda: missing_scopes("crm.objects.contacts.read"),
    "service-disabled": lambda: failure(403, "BANNED", "This portal is not allowed to use this API."),
}
