"""Numbers of a region in digits alone, which is most of what files hold: read without the library `phonenumbers`.

`phone_region` needs ten times as long to come to the same.
"""

from chalicelib.contacts.numbering_plan import NumberingPlan, may_have_number, plan_in, plan_of, plans_with
from chalicelib.contacts.parse_phone import dialed_digits, national_digits
from chalicelib.contacts.phone_region import has_trunk, needs_trunk, usual_length_of_mobiles


def regional_number(text: str, region: str) -> str | None:
    """The E.164 of a text that is certainly a number of the region; None for any other text.

    Args:
        region: the country of numbers without a country code.
    """
    digits, plan = dialed_digits(text), plan_in(region)
    if not digits or plan is None:
        return None
    if digits.startswith(plan.code):
        return "+" + digits if _has_own_code(digits, plan) else None
    number = national_digits(digits, plan)
    if not number or not plan.has(number):
        return None
    if not has_trunk(digits, region) and (digits != number or needs_trunk(digits, region)):
        return None  # perhaps without its area code
    is_certain = (text.isdecimal() and _is_usual_mobile(number, plan, region)) or not _may_be_abroad(digits)
    return f"+{plan.code}{number}" if is_certain else None


def has_dialed_prefix(digits: str, plan: NumberingPlan) -> bool:
    """Whether digits begin with something that is dialed in front of a number, within the country or abroad."""
    found = [each.match(digits) for each in (plan.prefix, plan.exit_code) if each]
    return any(match is not None and match.end() > 0 for match in found)


def _has_own_code(digits: str, plan: NumberingPlan) -> bool:
    """Whether digits that begin with the country code are a number with it, because they are too many without it."""
    number = digits[len(plan.code) :]
    if len(digits) <= plan.longest or number.startswith("0") or not plan.has(number):
        return False
    return not has_dialed_prefix(digits, plan) and not has_dialed_prefix(number, plan)


def _is_usual_mobile(number: str, plan: NumberingPlan, region: str) -> bool:
    """Whether it is a mobile number and nothing else; False where several countries share the country code."""
    return (
        plan.mobile.has(number)
        and len(plans_with(int(plan.code))) == 1
        and sum(kind.has(number) for kind in plan.kinds) == 1
        and usual_length_of_mobiles(region) == len(number)
    )


def _may_be_abroad(digits: str) -> bool:
    """Whether there may be a number with a plus in front of these digits."""
    plan = plan_of(digits)
    if plan is None:
        return False
    number = digits[len(plan.code) :]
    prefix = plan.prefix.match(number) if plan.prefix else None
    if prefix and prefix.re.groups:  # part of it may be replaced
        return True
    code = int(plan.code)
    return may_have_number(code, number) or (prefix is not None and may_have_number(code, number[prefix.end() :]))
