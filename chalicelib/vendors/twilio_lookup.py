"""Twilio Lookup v2: whether a phone number exists, its kind of line and its carrier.

A number that does not exist is a 200 with `valid: false`. So is a package that failed: its `error_code` is read first.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.outbound import Http, Reply, parse_retry_after
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.call import Call, list_of, secret_of, text_of
from chalicelib.vendors.facts import Fact, FactName, LineType, custom_fields
from chalicelib.vendors.numbers import numbers_of
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Credential, Price, Rate

_PRICE = 8_000  # millionths of a dollar
_NOT_FOUND = 20404
_LINE_TYPES: Final[Mapping[str, LineType]] = {
    "mobile": LineType.MOBILE,
    "landline": LineType.LANDLINE,
    "fixedVoip": LineType.FIXED_VOIP,
    "nonFixedVoip": LineType.NON_FIXED_VOIP,
    "tollFree": LineType.TOLL_FREE,
    "premium": LineType.PREMIUM_RATE,
    "sharedCost": LineType.SHARED_COST,
    "uan": LineType.COMPANY,
    "voicemail": LineType.VOICEMAIL,
    "pager": LineType.PAGER,
    "personal": LineType.PERSONAL,
}
_FLAWS = {
    "TOO_SHORT": "too short",
    "TOO_LONG": "too long",
    "INVALID_BUT_POSSIBLE": "not assigned",
    "INVALID_COUNTRY_CODE": "invalid country code",
    "INVALID_LENGTH": "invalid length",
    "NOT_A_NUMBER": "not a number",
}
_ANSWERS = {  # by error code, whether it comes inside a 200 or with an HTTP error
    60600: (AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN),
    60601: (AnswerKind.NEVER, Reason.NEEDS_APPROVAL),
    60607: (AnswerKind.NO_MATCH, Reason.COUNTRY_NOT_COVERED),
    60612: (AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN),
    60616: (AnswerKind.RETRY, Reason.RATE_LIMITED),
    60626: (AnswerKind.RETRY, Reason.ASKED_TOO_OFTEN),
    _NOT_FOUND: (AnswerKind.NO_MATCH, Reason.NO_MATCH),
}
_PAUSES = {
    60606: Reason.PACKAGE_NOT_ENABLED,
    60611: Reason.QUOTA_USED_UP,
    60619: Reason.WRONG_REGION,
}


class TwilioLookup:
    """The adapter of Twilio Lookup.

    Args:
        origin: where it is asked, without a path.
    """

    name = "twilio-lookup"
    title = "Twilio Lookup"
    gives = "Whether a phone number exists, its line type and its carrier."
    is_offline = False
    needs = (
        Credential("key", "API key SID (SK…), or account SID (AC…)"),
        Credential("secret", "Secret of the key, or auth token of the account"),
    )
    rate = Rate(at_once=10)
    price = Price(_PRICE, "USD", is_per_match=False)
    depends_on = frozenset({"phones"})

    def __init__(self, http: Http, origin: str, clock: Clock) -> None:
        self._http, self._origin, self._clock = http, origin.rstrip("/"), clock

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        """One for each number."""
        numbers = numbers_of(fields)
        if isinstance(numbers, Ineligible):
            return numbers
        return [Question(self.name, {"number": number}) for number in numbers]

    def ask(self, questions: Sequence[Question], credentials: Mapping[str, str], *, timeout: timedelta) -> list[Answer]:
        pair = f"{secret_of(credentials, 'key')}:{secret_of(credentials, 'secret')}"
        headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        (question,) = questions  # as `rate` says
        call = Call(self._http, self._origin, self.title, headers, timeout)
        return [self._ask(question.inputs["number"], call)]

    def opted_out(
        self,
        record_ids: Collection[str],  # noqa: ARG002 # Twilio knows numbers, not people
        credentials: Mapping[str, str],  # noqa: ARG002
        *,
        timeout: timedelta,  # noqa: ARG002
    ) -> frozenset[str]:
        return frozenset()

    def _ask(self, number: str, call: Call) -> Answer:
        path = f"/v2/PhoneNumbers/{quote(number, safe='')}"
        reply = call.get(path, {"Fields": "line_type_intelligence"}, most=_PRICE)
        payload = reply.json_object() or {}
        if reply.status != 200:
            return self._refused(reply, payload, call)
        if not _is_about(number, payload):
            raise call.broken(Reason.UNREADABLE, most=_PRICE)
        if payload["valid"] is False:
            return _nonexistent(number, payload)
        return _line(number, payload, call)

    def _refused(self, reply: Reply, payload: JsonObject, call: Call) -> Answer:
        """The meaning of an HTTP error, for which nothing is charged."""
        code = _code(payload.get("code"))
        if code in _PAUSES:
            raise call.paused(_PAUSES[code])
        if code in _ANSWERS and reply.status < 500:
            kind, reason = _ANSWERS[code]
            return Answer(kind, reason)
        if reply.status in (401, 403):
            raise call.paused(Reason.KEY_REFUSED)
        if reply.status == 429:
            raise call.busy(parse_retry_after(reply.headers.get("retry-after"), self._clock.now()))
        raise call.unexpected(reply, most=_PRICE)


def _is_about(number: str, payload: JsonObject) -> bool:
    """Whether a response says if this number exists. It may leave the number out, but not name another."""
    return type(payload.get("valid")) is bool and payload.get("phone_number") in (number, None)


def _nonexistent(number: str, payload: JsonObject) -> Answer:
    """The answer about a number that does not exist. Whether it is charged is not documented."""
    flaws = [_FLAWS[flaw] for flaw in map(text_of, list_of(payload.get("validation_errors"))) if flaw in _FLAWS]
    words = f"does not exist: {', '.join(dict.fromkeys(flaws))}" if flaws else "does not exist"
    return _enriched(Reason.NOT_A_NUMBER, [Fact(number, FactName.VALIDITY, words)], Charge(_PRICE, is_certain=False))


def _line(number: str, payload: JsonObject, call: Call) -> Answer:
    """The answer about the line of a number that exists."""
    line = payload.get("line_type_intelligence")
    if not isinstance(line, dict):
        raise call.broken(Reason.UNREADABLE, most=_PRICE)
    unsure = Charge(_PRICE, is_certain=False)
    if line.get("error_code") is not None:
        return _failed(_code(line["error_code"]), call)
    kind = text_of(line.get("type"))
    if not kind:
        return Answer(AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN, charge=unsure)
    facts = [Fact(number, FactName.LINE_TYPE, _LINE_TYPES.get(kind, LineType.UNKNOWN))]
    if carrier := text_of(line.get("carrier_name")):  # many types of lines have none
        facts.append(Fact(number, FactName.CARRIER, carrier))
    return _enriched(Reason.FOUND, facts, Charge(_PRICE))


def _failed(code: int, call: Call) -> Answer:
    """The meaning of an error code inside a 200. Whether it is charged is not documented."""
    if code in _PAUSES:
        call.charge += Charge(_PRICE, is_certain=False)
        raise call.paused(_PAUSES[code])
    kind, reason = _ANSWERS.get(code, (AnswerKind.RETRY, Reason.VENDOR_ERROR))
    return Answer(kind, reason, charge=Charge(_PRICE, is_certain=False))


def _code(value: Json) -> int:
    """An error code, which is a number or its digits; 0 for anything else."""
    text = str(value) if type(value) is int else text_of(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _enriched(reason: Reason, facts: Sequence[Fact], charge: Charge) -> Answer:
    fields: ContactFields = {"custom_fields": custom_fields(facts)}
    return Answer(AnswerKind.ENRICHED, reason, fields, tuple(facts), charge=charge)
