"""Recognizes addresses and numbers that several people share, by their form."""

import re
from functools import lru_cache

from chalicelib.contacts.name_words import ROLES

# Mobiles for films and examples, which no network has (Ofcom's numbers for drama; ARCEP, decision 2012-0855)
_OF_FILMS = re.compile(r"\+447700900\d{3}|\+3363998\d{4}").fullmatch
_ZEROS = "000"  # the ending of a switchboard's number

_FREE_MAIL = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com icloud.com",
    "me.com mac.com gmx.net gmx.de gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org orange.fr",
    "free.fr laposte.net wanadoo.fr libero.it virgilio.it mail.ru yandex.ru yandex.com rambler.ru qq.com 163.com",
    "126.com naver.com daum.net proton.me protonmail.com fastmail.com zoho.com wp.pl o2.pl onet.pl interia.pl",
    "seznam.cz ziggo.nl kpnmail.nl telefonica.net hotmail.co.uk yahoo.co.uk btinternet.com comcast.net",
    "verizon.net uol.com.br bol.com.br hotmail.fr hotmail.de yahoo.de",
)
#: Domains whose addresses belong to persons, not to the people of one organization.
FREE_MAIL = frozenset(domain for line in _FREE_MAIL for domain in line.split())


@lru_cache(maxsize=4_096)
def is_role_address(email: str) -> bool:
    """Whether an email address belongs to a role, not a person: "info@…", "sales.berlin@…", "office2@…"."""
    local = email.partition("@")[0].partition("+")[0].rstrip("0123456789")
    return local in ROLES or (local.replace("_", ".").partition(".")[0] in ROLES and "." in local.replace("_", "."))


def is_free_mail(email: str) -> bool:
    """Whether an email address in normal form is one that anyone can get, and not one of an organization."""
    return email.rpartition("@")[2] in FREE_MAIL


@lru_cache(maxsize=4_096)
def is_mobile(number: str) -> bool:
    """Whether a number in E.164 is certainly a mobile, which belongs to one person; unknowable in North America."""
    from phonenumbers import PhoneNumberType

    return _type_of(number) == PhoneNumberType.MOBILE or _OF_FILMS(number) is not None


@lru_cache(maxsize=4_096)
def is_switchboard(number: str) -> bool:
    """Whether a number in E.164 belongs to an office: it ends in zeros, or is not a single line."""
    from phonenumbers import PhoneNumberType

    office = (PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.PREMIUM_RATE)
    return number.endswith(_ZEROS) or _type_of(number) in office


@lru_cache(maxsize=4_096)
def _type_of(number: str) -> int:
    from phonenumbers import NumberParseException, PhoneNumberType, number_type, parse

    try:
        return number_type(parse(number))
    except NumberParseException:
        return int(PhoneNumberType.UNKNOWN)
