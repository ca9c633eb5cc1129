"""Numbering plans of countries: those of the library `phonenumbers`, in a form that is fast to look up."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # loaded with the first number, because it is most of a cold start
    from phonenumbers import PhoneMetadata, PhoneNumberDesc

_LONGEST_CODE = 3  # digits of a country code
_NOTHING = r"(?!)"


class Form(NamedTuple):
    """The form of the numbers of one kind, without country code."""

    pattern: str
    lengths: Collection[int]  #: in digits
    local_lengths: Collection[int]  #: of numbers without their area code

    def may_be(self, digits: str) -> bool:
        """Whether the digits match the pattern."""
        return _matcher(self.pattern)(digits) is not None

    def has(self, digits: str) -> bool:
        """Whether there is such a number."""
        return len(digits) in self.lengths and self.may_be(digits)


class NumberingPlan(NamedTuple):
    """The numbering plan of one country."""

    code: str  #: the country code
    trunk: str | None  #: dialed in front of a number within the country, as people write it
    prefix: re.Pattern[str] | None  #: dialed in front of a number within the country, or part of such a number
    exit_code: re.Pattern[str] | None  #: dialed in front of an international number
    any_kind: Form  #: of all its numbers
    kinds: Sequence[Form]  #: the most frequent first

    mobile: Form  #: of mobile numbers alone

    @property
    def longest(self) -> int:
        """The most digits of a number."""
        return max(self.any_kind.lengths, default=0)

    def has(self, digits: str) -> bool:
        """Whether there is a number with these digits behind the country code."""
        return self.any_kind.has(digits) and any(kind.has(digits) for kind in self.kinds)


def plan_of(digits: str) -> NumberingPlan | None:
    """The plan of the main country with the country code that the digits begin with; None if there is none."""
    return _plan_with_start(digits[:_LONGEST_CODE])


@lru_cache(maxsize=1_000)
def _plan_with_start(digits: str) -> NumberingPlan | None:
    if digits.startswith("0"):
        return None
    for end in range(1, len(digits) + 1):
        plan = plan_with(int(digits[:end]))
        if plan is not None:
            return plan
    return None


@cache
def plan_with(code: int) -> NumberingPlan | None:
    """The plan of the main country with this code."""
    return next(iter(plans_with(code)), None)


@cache
def plan_in(region: str) -> NumberingPlan | None:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region, None)
    return _plan(metadata) if metadata else None


@cache
def plans_with(code: int) -> Sequence[NumberingPlan]:
    """The plans of all countries with this code, the main one first."""
    return tuple(map(_plan, _metadata_with(code)))


@cache
def lengths_with(code: int) -> Collection[int]:
    """The lengths of numbers in all countries with this code."""
    return frozenset(length for plan in plans_with(code) for length in plan.any_kind.lengths)


def may_have_number(code: int, digits: str) -> bool:
    """Whether a country with this code may have a number of these digits. Fast, and too often True."""
    return _any_number_with(code)(digits) is not None


@cache
def _any_number_with(code: int) -> Callable[[str], re.Match[str] | None]:
    patterns = sorted({plan.any_kind.pattern for plan in plans_with(code)})
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)).fullmatch


def _metadata_with(code: int) -> "Iterator[PhoneMetadata]":
    """The library's plans of the countries with this code, the main one first."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    for region in COUNTRY_CODE_TO_REGION_CODE.get(code, ()):
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        if metadata is not None:
            yield metadata


def _plan(metadata: "PhoneMetadata") -> NumberingPlan:
    prefix, exit_code = metadata.national_prefix_for_parsing, metadata.international_prefix
    kinds = (
        metadata.mobile,
        metadata.fixed_line,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    )
    return NumberingPlan(
        str(metadata.country_code),
        metadata.national_prefix,
        re.compile(prefix) if prefix else None,
        re.compile(exit_code) if exit_code else None,
        _form(metadata.general_desc),
        [_form(kind) for kind in kinds if kind],
        _form(metadata.mobile),
    )


def _form(numbers: "PhoneNumberDesc | None") -> Form:
    if numbers is None or not numbers.national_number_pattern:
        return Form(_NOTHING, frozenset(), frozenset())
    return Form(
        numbers.national_number_pattern,
        frozenset(numbers.possible_length),
        frozenset(numbers.possible_length_local_only),
    )


@cache
def _matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Compiled when the first number has the right length."""
    return re.compile(pattern).fullmatch
