"""The weights of all evidence and the one threshold. Nothing is trained: they are the same for every book.

A weight is in bits: one more means that the evidence is twice as likely for two contacts of one person as for two of
different people. Evidence that depends on how rare a value is in the book (names, organizations) is multiplied with
its rarity, also in bits; what is written here is then the share of it that counts.
"""

from enum import Enum, StrEnum
from typing import NamedTuple

FOUND = 11.0  # a pair with at least this score is shown to the person
LEAST_SUPPORT = 2.0  # bits of evidence that counts as more than a name alone
LEAST_RARITY, MOST_RARITY = 1.0, 10.0
MOST_RARITY_OF_MISTYPED = 7.0
SMOOTHING = 300  # contacts that are added to those of the book, so that a small book does not make all names common
CROWD = 30  # contacts in one block; larger ones tell too little about a pair
MANY_OWNERS = 4  # contacts with one address or number; from here on it counts as shared
MANY_AT_ONE_ADDRESS = 10  # contacts with one postal address; more do not live there


class WordLikeness(Enum):
    """How alike two words of a name are."""

    SAME = "same"
    SPELLED = "spelled"  # the same in another script or spelling
    NICKNAME = "nickname"
    MISTYPED = "mistyped"
    PART = "part"  # one of several: a middle name, one of two family names
    INITIAL = "initial"
    UNKNOWN = "unknown"  # one side has none
    DIFFERENT = "different"


class Reason(StrEnum):
    """What speaks for or against a pair."""

    EMAIL = "email"
    MISTYPED_EMAIL = "mistyped_email"
    EMAIL_NAME = "email_name"
    SHARED_EMAIL = "shared_email"
    MOBILE = "mobile"
    PHONE = "phone"
    SHARED_PHONE = "shared_phone"
    MISTYPED_PHONE = "mistyped_phone"
    NAME = "name"
    SWAPPED_NAME = "swapped_name"
    BIRTHDAY = "birthday"
    DAY_OF_BIRTH = "day_of_birth"
    SIMILAR_BIRTHDAY = "similar_birthday"
    ORGANIZATION = "organization"
    ADDRESS = "address"
    SHARED_ADDRESS = "shared_address"
    GIVEN_NAME_DIFFERS = "given_name_differs"
    FAMILY_NAME_DIFFERS = "family_name_differs"
    BIRTHDAY_DIFFERS = "birthday_differs"
    EMAIL_DIFFERS = "email_differs"
    PHONE_DIFFERS = "phone_differs"
    ORGANIZATION_DIFFERS = "organization_differs"
    ADDRESS_DIFFERS = "address_differs"
    GENERATION_UNKNOWN = "generation_unknown"  # a father or a son, as one card says, and the other does not
    NAME_ALONE = "name_alone"  # nothing else speaks for the pair
    OTHER_PERSON = "other_person"
    OTHER_PERSON_IN_A_REGISTER = "other_person_in_a_register"  # neither has an address or number to reach them by


class Evidence(NamedTuple):
    """One reason for or against a pair."""

    reason: Reason
    points: float  #: in bits


# Shares of the rarity of the word
GIVEN = {
    WordLikeness.SAME: 1.0,
    WordLikeness.SPELLED: 0.9,
    WordLikeness.NICKNAME: 0.8,
    WordLikeness.MISTYPED: 0.75,
    WordLikeness.PART: 0.5,
    WordLikeness.INITIAL: 0.3,
    WordLikeness.UNKNOWN: 0.0,
}
FAMILY = {
    WordLikeness.SAME: 1.0,
    WordLikeness.SPELLED: 0.9,
    WordLikeness.NICKNAME: 0.5,
    WordLikeness.MISTYPED: 0.75,
    WordLikeness.PART: 0.8,
    WordLikeness.INITIAL: 0.3,
    WordLikeness.UNKNOWN: 0.0,
}
ORGANIZATION = {False: 0.65, True: 1.3}  # whether both are companies, whose only name it is
# Bits
POINTS = {
    Reason.EMAIL: 11.0,
    Reason.MISTYPED_EMAIL: 7.0,
    Reason.EMAIL_NAME: 5.0,
    Reason.SHARED_EMAIL: 2.0,
    Reason.MOBILE: 11.0,
    Reason.PHONE: 6.0,
    Reason.SHARED_PHONE: 1.5,
    Reason.MISTYPED_PHONE: 5.0,
    Reason.SWAPPED_NAME: -1.0,
    Reason.BIRTHDAY: 13.0,
    Reason.DAY_OF_BIRTH: 7.5,
    Reason.SIMILAR_BIRTHDAY: 5.0,
    Reason.SHARED_ADDRESS: 2.0,
    Reason.GIVEN_NAME_DIFFERS: -7.0,
    Reason.FAMILY_NAME_DIFFERS: -4.5,
    Reason.BIRTHDAY_DIFFERS: -5.5,
    Reason.EMAIL_DIFFERS: -2.5,
    Reason.PHONE_DIFFERS: -6.0,
    Reason.ORGANIZATION_DIFFERS: -2.0,
    Reason.ADDRESS_DIFFERS: -7.0,
    Reason.GENERATION_UNKNOWN: -3.0,
    Reason.NAME_ALONE: -4.0,
    Reason.OTHER_PERSON: -100.0,  # more than all that two people can share
    Reason.OTHER_PERSON_IN_A_REGISTER: -2.0,
}
# Bits of a part of an address that is the same, and of one that differs
ADDRESS_PARTS = {
    "postal_code": (4.0, -1.5),
    "number": (2.5, -0.5),
    "street": (6.5, -2.0),
    "city": (4.0, -1.5),
    "extended": (6.5, -0.5),
    "region": (1.0, -0.5),
}
