"""Hunter v2: whether an email address receives mail, and who is behind an address at work.

A question takes two requests: the address is verified, and then its person is looked up. Hunter's statuses have
meanings of their own: 403 is too fast, 429 a used-up quota, and 451 a person who asked not to be looked up.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from chalicelib.contacts.shared_addresses import is_free_mail
from chalicelib.contacts.source_record import Address, ContactFields, Email, Phone, Url
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.outbound import Http, Reply
from chalicelib.vendors.addresses import addresses_of
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.call import Call, id_of, list_of, object_of, secret_of, text_of
from chalicelib.vendors.facts import Fact, FactName, custom_fields
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import MILLION, Credential, Price, Rate, VendorError, Window

_VERIFICATION, _PERSON = MILLION // 2, MILLION // 5  # of a credit
_POLL = timedelta(seconds=10)  # while a verification is under way
_UNKNOWN = "unknown"
_VERDICTS = {  # as shown
    "valid": "receives mail",
    "accept_all": "its domain accepts every address",
    "webmail": "webmail",
    "invalid": "does not receive mail",
    "disposable": "disposable",
}
_NEGATIVE = {"invalid": Reason.UNDELIVERABLE, "disposable": Reason.DISPOSABLE}
_PROFILES = {
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/"),
    "twitter": ("Twitter", "https://twitter.com/"),
    "github": ("GitHub", "https://github.com/"),
    "facebook": ("Facebook", "https://www.facebook.com/"),
}
_HANDLE = re.compile(r"[\w.%-]{1,100}").fullmatch


@dataclass(frozen=True, slots=True)
class _Person:
    """What is known about the person behind an address."""

    fields: ContactFields
    record_id: str


class Hunter:
    """The adapter of Hunter.

    Args:
        origin: where it is asked, without a path.
    """

    name = "hunter"
    title = "Hunter"
    gives = "Whether an email address receives mail, and the name, company and profiles behind an address at work."
    is_offline = False
    needs = (Credential("api_key", "API key"),)
    rate = Rate((Window(10, 1), Window(300, 60)), at_once=5)  # of the verifier, which is the slower of the two
    price = Price(_VERIFICATION + _PERSON)
    depends_on = frozenset({"emails"})

    def __init__(self, http: Http, origin: str) -> None:
        self._http, self._origin = http, origin.rstrip("/")

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        """One for each address, those at work first. Only they are looked up; the others are only verified."""
        addresses = addresses_of(fields)
        if isinstance(addresses, Ineligible):
            return addresses
        at_work = {address: _is_at_work(address, email) for address, email in addresses.items()}
        ordered = sorted(at_work, key=at_work.__getitem__, reverse=True)
        return [Question(self.name, {"email": address, "is_at_work": at_work[address]}) for address in ordered]

    def ask(self, questions: Sequence[Question], credentials: Mapping[str, str], *, timeout: timedelta) -> list[Answer]:
        headers = {"X-API-KEY": secret_of(credentials, "api_key")}
        (question,) = questions  # as `rate` says
        return [self._ask(question, Call(self._http, self._origin, self.title, headers, timeout))]

    def opted_out(
        self,
        record_ids: Collection[str],  # noqa: ARG002 # Hunter has no list; it answers 451
        credentials: Mapping[str, str],  # noqa: ARG002
        *,
        timeout: timedelta,  # noqa: ARG002
    ) -> frozenset[str]:
        return frozenset()

    def _ask(self, question: Question, call: Call) -> Answer:
        verdict = self._verify(question.inputs["email"], call)
        if isinstance(verdict, Answer):
            return verdict
        if verdict in _NEGATIVE or not question.inputs["is_at_work"]:
            return _answer(question, verdict, None, call.charge)
        person = self._find(question.inputs["email"], call)
        return person if isinstance(person, Answer) else _answer(question, verdict, person, call.charge)

    def _verify(self, email: str, call: Call) -> str | Answer:
        """The verdict about an address, or the answer if there is none."""
        reply = call.get("/v2/email-verifier", {"email": email}, most=_VERIFICATION)
        payload = reply.json_object() or {}
        match _status_of(payload, reply.status):
            case 200:
                verdict = object_of(payload.get("data")).get("status")
            case 202:
                return Answer(AnswerKind.WAIT, Reason.NOT_READY, retry_after=_POLL)
            case 222:
                return Answer(AnswerKind.RETRY, Reason.NOT_VERIFIABLE)
            case 400 if _error_id(payload):
                return Answer(AnswerKind.NEVER, Reason.INPUT_REFUSED)
            case status:
                return _opt_out_or_raise(reply, status, call, most=_VERIFICATION)
        if not isinstance(verdict, str) or verdict not in (*_VERDICTS, _UNKNOWN):
            raise call.broken(Reason.UNREADABLE, most=_VERIFICATION)
        if verdict != _UNKNOWN:  # which is free
            call.charge += Charge(_VERIFICATION)
        return verdict

    def _find(self, email: str, call: Call) -> _Person | Answer | None:
        """The person behind an address; None if it is unknown, or the answer if the person must not be looked up."""
        reply = call.get("/v2/people/find", {"email": email}, most=_PERSON)
        payload = reply.json_object() or {}
        match _status_of(payload, reply.status):
            case 200 if isinstance(payload.get("data"), dict):
                call.charge += Charge(_PERSON)
                data = payload["data"]
                fields = _fields(data)
                return _Person(fields, id_of(data.get("id"))) if fields else None
            case 200:
                raise call.broken(Reason.UNREADABLE, most=_PERSON)
            case 400 | 404 if _error_id(payload):
                return None
            case status:
                return _opt_out_or_raise(reply, status, call, most=_PERSON)


def _is_at_work(address: str, email: Email) -> bool:
    return email.get("label") != "home" and not is_free_mail(address)


def _opt_out_or_raise(reply: Reply, status: int, call: Call, *, most: int) -> Answer:
    """The meaning of a status, which is the same for both requests."""
    error: VendorError
    match status:
        case 451:
            return Answer(AnswerKind.NEVER, Reason.OPTED_OUT_AT_VENDOR, charge=call.charge)
        case 401:
            error = call.paused(Reason.KEY_REFUSED)
        case 403:
            error = call.busy(None)
        case 429:
            error = call.paused(Reason.QUOTA_USED_UP)
        case _:
            error = call.unexpected(reply, most=most)
    raise error


def _status_of(payload: JsonObject, outer: int) -> int:
    """The status of a response, whose body may hold errors although the response itself is a 200."""
    code = _first_error(payload).get("code")
    return code if outer == 200 and "data" not in payload and type(code) is int and code != 200 else outer


def _first_error(payload: JsonObject) -> JsonObject:
    """The first of the errors, which are a list or a single object."""
    errors = payload.get("errors")
    return object_of(next(iter(list_of(errors)), errors))


def _error_id(payload: JsonObject) -> str:
    """The id of the first error; "" if it is not Hunter's own error."""
    return text_of(_first_error(payload).get("id"))


def _answer(question: Question, verdict: str, person: _Person | None, charge: Charge) -> Answer:
    """The answer of both requests together."""
    if verdict == _UNKNOWN and person is None:
        return Answer(AnswerKind.RETRY, Reason.NOT_VERIFIABLE, charge=charge)
    facts: tuple[Fact, ...] = ()
    if verdict != _UNKNOWN:
        facts = (Fact(question.inputs["email"], FactName.VERIFICATION, _VERDICTS[verdict]),)
    fields = cast(ContactFields, {**(person.fields if person else {})})
    if facts:
        fields["custom_fields"] = custom_fields(facts)
    reason = _NEGATIVE.get(verdict, Reason.FOUND)
    record_id = person.record_id if person else ""
    return Answer(AnswerKind.ENRICHED, reason, fields, facts, record_id=record_id, charge=charge)


def _fields(data: JsonObject) -> ContactFields:
    """The contact's fields; {} without a name and an employment, for which Hunter then knows no one."""
    name, job = object_of(data.get("name")), object_of(data.get("employment"))
    known: dict[str, Json] = {
        "given": text_of(name.get("givenName")),
        "family": text_of(name.get("familyName")),
        "display": text_of(name.get("fullName")),
        "organization": text_of(job.get("name")),
        "title": text_of(job.get("title")),
    }
    if not any(known.values()):
        return {}
    if known["given"] or known["family"]:
        del known["display"]  # it follows from the parts
    details = {"phones": _phones(data), "addresses": _addresses(data), "urls": list(_urls(data))}
    return cast(ContactFields, {field: value for field, value in {**known, **details}.items() if value})


def _phones(data: JsonObject) -> list[Phone]:
    number = text_of(data.get("phone"))
    return [{"raw": number}] if any(map(str.isdigit, number)) else []


def _addresses(data: JsonObject) -> list[Address]:
    place = object_of(data.get("geo"))
    parts = {"city": text_of(place.get("city")), "region": text_of(place.get("state"))}
    parts["country"] = text_of(place.get("country"))
    known = {part: text for part, text in parts.items() if text}
    return [cast(Address, known)] if known else []


def _urls(data: JsonObject) -> Iterator[Url]:
    """The profiles, which come as handles."""
    for network, (title, root) in _PROFILES.items():
        handle = text_of(object_of(data.get(network)).get("handle")).removeprefix("in/")
        if _HANDLE(handle) and handle.isascii():
            yield {"value": root + handle, "label": title}
