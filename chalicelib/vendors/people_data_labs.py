"""People Data Labs, Person Enrichment v5: who a person is, by an email address, a phone number, a profile or a name.

A match is charged; no match is free. Fields that a plan does not include are `true` or `false` instead of a value.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

from chalicelib.contacts.dates import is_day
from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.contacts.shared_addresses import is_switchboard
from chalicelib.contacts.source_record import Address, Birthday, ContactFields, Email, Phone, Url
from chalicelib.contacts.web_links import web_link
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.outbound import Http, Reply, parse_retry_after
from chalicelib.vendors.addresses import addresses_of
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.call import Call, id_of, list_of, object_of, secret_of, text_of, whole_number
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import MILLION, Credential, Price, Rate, Window

_STRONG_FLOOR, _WEAK_FLOOR = 2, 6  # likelihood, from 1 to 10 on a logarithmic scale
_MOST_PHONES = 5
_NETWORKS = {  # titles, and hosts of their profiles
    "linkedin_url": ("LinkedIn", ("linkedin.com",)),
    "facebook_url": ("Facebook", ("facebook.com",)),
    "twitter_url": ("Twitter", ("twitter.com", "x.com")),
    "github_url": ("GitHub", ("github.com",)),
}
_HOSTS = tuple(host for _, hosts in _NETWORKS.values() for host in hosts)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?").fullmatch
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_ADDRESS = {
    "street": "location_street_address",
    "city": "location_locality",
    "region": "location_region",
    "postal_code": "location_postal_code",
    "country": "location_country",
}


class PeopleDataLabs:
    """The adapter of People Data Labs.

    Args:
        origin: where it is asked, without a path.
    """

    name = "people-data-labs"
    title = "People Data Labs"
    gives = "Job title, company, place, profiles, email addresses and phone numbers, and the birthday of a person."
    is_offline = False
    needs = (Credential("api_key", "API key"),)
    rate = Rate((Window(100, 60),), at_once=4, questions=50)  # of the free plan; larger bulk calls may time out
    price = Price(MILLION)
    depends_on = frozenset({"given", "family", "emails", "phones", "urls", "organization", "addresses"})

    def __init__(self, http: Http, origin: str, clock: Clock) -> None:
        self._http, self._origin, self._clock = http, origin.rstrip("/"), clock

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        inputs = _strong_inputs(fields) or _weak_inputs(fields)
        return [Question(self.name, inputs)] if inputs else Ineligible(Reason.TOO_LITTLE)

    def ask(self, questions: Sequence[Question], credentials: Mapping[str, str], *, timeout: timedelta) -> list[Answer]:
        call = self._call(credentials, timeout)
        if len(questions) == 1:
            return [self._ask_one(questions[0], call)]
        return self._ask_many(questions, call)

    def opted_out(
        self, record_ids: Collection[str], credentials: Mapping[str, str], *, timeout: timedelta
    ) -> frozenset[str]:
        call = self._call(credentials, timeout)
        reply = call.get("/v5/person/subjectrequest", {}, most=0)
        if reply.status != 200:
            raise self._error(reply, reply.status, call, most=0)
        header, *listed = reply.body.decode(errors="replace").splitlines() or [""]
        if header.strip() != "pdl_id":
            raise call.broken(Reason.UNREADABLE)
        return frozenset(record_ids) & {line.strip() for line in listed}

    def _call(self, credentials: Mapping[str, str], timeout: timedelta) -> Call:
        headers = {"X-Api-Key": secret_of(credentials, "api_key")}
        return Call(self._http, self._origin, self.title, headers, timeout)

    def _ask_one(self, question: Question, call: Call) -> Answer:
        query = {name: str(value) for name, value in _parameters(question).items()}
        reply = call.get("/v5/person/enrich", {**query, "titlecase": "true"}, most=MILLION)
        payload = reply.json_object() or {}
        status = _status_of(payload, reply.status)
        if status == 200 and isinstance(payload.get("data"), dict):
            return _match(question, payload)
        if status in (400, 404) and _error_types(payload):
            return _refusal(status)
        raise self._error(reply, status, call, most=MILLION)

    def _ask_many(self, questions: Sequence[Question], call: Call) -> list[Answer]:
        most = len(questions) * MILLION
        items = [{"params": _parameters(each), "metadata": {"question": each.digest}} for each in questions]
        body = encode_json({"requests": items, "titlecase": True}).encode()
        reply = call.post("/v5/person/bulk", body, most=most)
        answered = reply.json_array() if reply.status == 200 else None
        if answered is None:
            status = _status_of(reply.json_object() or {}, reply.status)
            if status == 400:  # one invalid question makes it refuse them all
                raise call.broken(Reason.INPUT_REFUSED)
            raise self._error(reply, status, call, most=most)
        if not _fit(questions, answered):
            raise call.broken(Reason.MIXED_UP, most=_matches(answered) * MILLION)
        return [_item(question, item) for question, item in zip(questions, answered, strict=True)]

    def _error(self, reply: Reply, status: int, call: Call, *, most: int) -> Exception:
        match status:
            case 200:
                return call.broken(Reason.UNREADABLE, most=most)
            case 401 | 403:
                return call.paused(Reason.KEY_REFUSED)
            case 402:
                return call.paused(Reason.OUT_OF_CREDIT)
            case 429:
                return call.busy(_wait(reply.headers, self._clock.now()))
        return call.unexpected(reply, most=most)


def _strong_inputs(fields: ContactFields) -> dict[str, Json]:
    """Details that belong to one person: an email address, a number and a profile, one of each."""
    addresses = addresses_of(fields)
    numbers = (phone.get("e164") for phone in fields.get("phones", ()) if "extension" not in phone)
    profiles = (web_link(url["value"]) for url in fields.get("urls", ()))
    inputs = {
        "email": None if isinstance(addresses, Ineligible) else next(iter(addresses)),
        "phone": next((number for number in numbers if number and not is_switchboard(number)), None),
        "profile": next((link for link in profiles if _is_profile(link, _HOSTS)), None),
    }
    return {name: value for name, value in inputs.items() if value}


def _weak_inputs(fields: ContactFields) -> dict[str, Json]:
    """A whole name with a company or a place; {} if the contact has less."""
    given, family = fields.get("given"), fields.get("family")
    place = next(filter(None, map(_place, fields.get("addresses", ()))), "")
    context = {"company": fields.get("organization"), "location": place}
    if not (given and family and any(context.values())):
        return {}
    return {"first_name": given, "last_name": family, **{name: value for name, value in context.items() if value}}


def _place(address: Address) -> str:
    return ", ".join(filter(None, (address.get("city"), address.get("region"), address.get("country"))))


def _parameters(question: Question) -> dict[str, Json]:
    """The inputs, and the floor below which the vendor does not count a match, and so does not charge it."""
    return {**question.inputs, "min_likelihood": _floor(question)}


def _floor(question: Question) -> int:
    return _WEAK_FLOOR if "first_name" in question.inputs else _STRONG_FLOOR


def _status_of(payload: JsonObject, outer: int) -> int:
    """The status of a response, whose body may hold an error although the response itself is a 200."""
    inner = payload.get("status")
    return inner if outer == 200 and type(inner) is int else outer


def _error_types(payload: JsonObject) -> list[str]:
    """The types of an error, which are one text or a list; [] if it is not the vendor's own error."""
    kind = object_of(payload.get("error")).get("type")
    return [text for text in map(text_of, list_of(kind) or [kind]) if text]


def _fit(questions: Sequence[Question], items: Sequence[Json]) -> bool:
    """Whether the items answer these questions in their order. Without any metadata, their number decides."""
    metadata = [object_of(item).get("metadata") for item in items]
    if len(items) != len(questions):
        return False
    expected = [{"question": question.digest} for question in questions]
    return metadata == expected or not any(metadata)


def _matches(items: Sequence[Json]) -> int:
    return sum(object_of(item).get("status") == 200 for item in items)


def _item(question: Question, item: Json) -> Answer:
    """The answer of one item of a bulk response, which has a status of its own."""
    payload = object_of(item)
    match payload.get("status"):
        case 200 if isinstance(payload.get("data"), dict):
            return _match(question, payload)
        case 200:
            return Answer(AnswerKind.RETRY, Reason.UNREADABLE, charge=Charge(MILLION, is_certain=False))
        case (400 | 404) as status:
            return _refusal(status)
        case 429:
            return Answer(AnswerKind.RETRY, Reason.RATE_LIMITED)
        case int():
            return Answer(AnswerKind.RETRY, Reason.VENDOR_ERROR)
    return Answer(AnswerKind.RETRY, Reason.UNREADABLE, charge=Charge(MILLION, is_certain=False))


def _refusal(status: int) -> Answer:
    """A person who opted out is an ordinary 404, so only the list of opt-outs makes one permanent."""
    if status == 404:
        return Answer(AnswerKind.NO_MATCH, Reason.NO_MATCH)
    return Answer(AnswerKind.NEVER, Reason.INPUT_REFUSED)


def _match(question: Question, payload: JsonObject) -> Answer:
    """The answer of a match, which is charged, whatever it is worth."""
    data, charge = payload["data"], Charge(MILLION)
    likelihood, record_id = whole_number(payload.get("likelihood"), 1, 10), id_of(data.get("id"))
    fields = _fields(data, question)

    def answer(kind: AnswerKind, reason: Reason, fields: ContactFields) -> Answer:
        return Answer(kind, reason, fields, likelihood=likelihood, record_id=record_id, charge=charge)

    if likelihood is None or likelihood < _floor(question):
        return answer(AnswerKind.NO_MATCH, Reason.UNLIKELY_MATCH, {})
    if fields:
        return answer(AnswerKind.ENRICHED, Reason.FOUND, fields)
    is_withheld = any(value is True for value in data.values())
    return answer(AnswerKind.NO_MATCH, Reason.NOT_IN_PLAN if is_withheld else Reason.NOTHING_KNOWN, {})


def _fields(data: JsonObject, question: Question) -> ContactFields:
    """The contact's fields. Values that are only possible, and addresses of the past, are left out."""
    born = _DATE(text_of(data.get("birth_date"))) or _DATE(str(whole_number(data.get("birth_year"), 1700, 2199) or ""))
    birthday, partial = _birthday(born) if born else (None, "")
    fields: dict[str, Json] = {
        "given": text_of(data.get("first_name")),
        "middle": text_of(data.get("middle_name")),
        "family": text_of(data.get("last_name")),
        "title": text_of(data.get("job_title")),
        "organization": text_of(data.get("job_company_name")),
        "emails": list(_emails(data, question)),
        "phones": list(_phones(data, question)),
        "addresses": _addresses(data),
        "birthday": birthday,
        "urls": list(_urls(data)),
        "custom_fields": [{"name": "Born", "value": partial}] if partial else [],
    }
    return cast(ContactFields, {name: value for name, value in fields.items() if value})


def _emails(data: JsonObject, question: Question) -> Iterator[Email]:
    """The address at work and the one at home, without the one that was asked about."""
    personal = text_of(data.get("recommended_personal_email")) or next(
        filter(None, map(text_of, list_of(data.get("personal_emails")))), ""
    )
    seen = {question.inputs.get("email")}
    for address, label in ((text_of(data.get("work_email")), "work"), (personal, "home")):
        normal = normalize_email(address)
        if normal and normal not in seen:
            seen.add(normal)
            yield {"value": address, "label": label}


def _phones(data: JsonObject, question: Question) -> Iterator[Phone]:
    """Its numbers, without the one that was asked about."""
    mobile = text_of(data.get("mobile_phone"))
    numbers = [mobile, *map(text_of, list_of(data.get("phone_numbers")))]
    known = [number for number in dict.fromkeys(numbers) if _NUMBER(number)][: _MOST_PHONES + 1]
    for number in known[:_MOST_PHONES]:
        if number != question.inputs.get("phone"):
            yield {"raw": number, "label": "mobile"} if number == mobile else {"raw": number}


def _addresses(data: JsonObject) -> list[Address]:
    parts = {part: text for part, name in _ADDRESS.items() if (text := text_of(data.get(name)))}
    return [cast(Address, parts)] if parts else []


def _urls(data: JsonObject) -> Iterator[Url]:
    """The profiles, which come without a scheme."""
    for name, (title, hosts) in _NETWORKS.items():
        link = web_link(text_of(data.get(name)))
        if _is_profile(link, hosts):
            yield {"value": link, "label": title}


def _is_profile(link: str, hosts: Sequence[str]) -> bool:
    """Whether a link leads to a page at one of these hosts, or below it."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    return len(parts.path) > 1 and any(host == each or host.endswith("." + each) for each in hosts)


def _birthday(born: re.Match[str]) -> tuple[Birthday | None, str]:
    """A whole date as a birthday, or else the date as text, in its precision. A year alone may be approximate."""
    year, month, day = (int(part or 0) for part in born.groups())
    if not is_day(year, month, day or 1 if month else 0):
        return None, ""
    return ({"year": year, "month": month, "day": day}, "") if day else (None, born[0])


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait after a 429: of `retry-after`, or else until the instant in `x-ratelimit-reset`."""
    reset = headers.get("x-ratelimit-reset", "").strip()
    return parse_retry_after(headers.get("retry-after"), now) or _wait_until(reset, now)


def _wait_until(reset: str, now: datetime) -> timedelta | None:
    """The wait until an instant in UTC: ISO 8601 with T or a blank, or seconds since 1970; None for other text."""
    try:
        at = datetime.fromtimestamp(int(reset), UTC) if reset.isdecimal() else datetime.fromisoformat(reset)
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError, OSError):
        return None
    return parse_retry_after(str(round(seconds)), now)
