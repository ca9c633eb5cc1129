"""The offline vendor: what the numbering plans of the library `phonenumbers` say about a number.

The library's place names are left out: loading them takes 98 MiB.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache

from chalicelib.contacts.source_record import ContactFields
from chalicelib.vendors.answer import Answer, AnswerKind, Ineligible, Question
from chalicelib.vendors.facts import Fact, FactName, LineType, custom_fields
from chalicelib.vendors.numbers import numbers_of
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Credential, Price, Rate

_LANGUAGE = "en"  # of the names of carriers; few have another
_NO_COUNTRY = (None, "001")  # the library's region of international numbers such as +800
# Other lines, such as toll-free ones, belong to all countries that share a country code.
_OF_ONE_COUNTRY = (LineType.MOBILE, LineType.LANDLINE, LineType.LANDLINE_OR_MOBILE)


class PhoneMetadata:
    """The numbering plans that come with the service."""

    name = "phone-metadata"
    title = "Phone metadata"
    gives = (
        "Country, line type and time zone of each phone number, and its carrier where numbers cannot change carriers."
    )
    is_offline = True
    needs: tuple[Credential, ...] = ()
    rate = Rate(questions=500)
    price = Price(0)
    depends_on = frozenset({"phones"})

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        numbers = numbers_of(fields)
        return numbers if isinstance(numbers, Ineligible) else [Question(self.name, {"numbers": numbers})]

    def ask(
        self,
        questions: Sequence[Question],
        credentials: Mapping[str, str],  # noqa: ARG002 # it needs none
        *,
        timeout: timedelta,  # noqa: ARG002 # it asks no one
    ) -> list[Answer]:
        return [_answer(question.inputs["numbers"]) for question in questions]

    def opted_out(
        self,
        record_ids: Collection[str],  # noqa: ARG002 # numbering plans know no people
        credentials: Mapping[str, str],  # noqa: ARG002
        *,
        timeout: timedelta,  # noqa: ARG002
    ) -> frozenset[str]:
        return frozenset()


def _answer(numbers: Sequence[str]) -> Answer:
    facts = tuple(fact for number in numbers for fact in _facts(number))
    if not facts:
        return Answer(AnswerKind.NO_MATCH, Reason.NOTHING_KNOWN)
    return Answer(AnswerKind.ENRICHED, Reason.FOUND, {"custom_fields": custom_fields(facts)}, facts)


def _facts(e164: str) -> Iterator[Fact]:
    """What is known about a number; nothing if it does not exist."""
    import phonenumbers
    from phonenumbers import carrier, timezone

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return
    line_type = _line_types().get(phonenumbers.number_type(number))
    if line_type is None:
        return
    yield Fact(e164, FactName.LINE_TYPE, line_type)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ())
    country = phonenumbers.region_code_for_number(number)
    if country not in _NO_COUNTRY and (len(regions) == 1 or line_type in _OF_ONE_COUNTRY):
        yield Fact(e164, FactName.COUNTRY, country)
    # The library's other names of carriers are those who had the range first, and wrong for ported numbers.
    if name := carrier.safe_display_name(number, _LANGUAGE):
        yield Fact(e164, FactName.CARRIER, name)
    zones = timezone.time_zones_for_number(number)
    if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE:
        yield Fact(e164, FactName.TIME_ZONE, zones[0])


@cache
def _line_types() -> Mapping[int, LineType]:
    """The library's types of numbers that exist."""
    from phonenumbers import PhoneNumberType as kinds  # noqa: N813 # its members are the types

    return {
        kinds.MOBILE: LineType.MOBILE,
        kinds.FIXED_LINE: LineType.LANDLINE,
        kinds.FIXED_LINE_OR_MOBILE: LineType.LANDLINE_OR_MOBILE,
        kinds.VOIP: LineType.VOIP,
        kinds.TOLL_FREE: LineType.TOLL_FREE,
        kinds.PREMIUM_RATE: LineType.PREMIUM_RATE,
        kinds.SHARED_COST: LineType.SHARED_COST,
        kinds.UAN: LineType.COMPANY,
        kinds.VOICEMAIL: LineType.VOICEMAIL,
        kinds.PAGER: LineType.PAGER,
        kinds.PERSONAL_NUMBER: LineType.PERSONAL,
    }
