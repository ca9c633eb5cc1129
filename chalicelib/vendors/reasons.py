"""TABLE: every reason of a status of enrichment, with its words. Pages and the API show it; no other module has words.

Codes are stored with statuses: a code may be added, and never renamed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a contact was not asked about, what the vendor answered, or why the vendor cannot be asked."""

    # the vendor is not asked about the contact
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NO_PHONE = "no_phone"
    PHONE_WITHOUT_COUNTRY = "phone_without_country"
    NO_EMAIL = "no_email"
    SHARED_EMAIL = "shared_email"
    TOO_LITTLE = "too_little"
    ALREADY_ANSWERED = "already_answered"
    # the vendor knows something
    FOUND = "found"
    UNDELIVERABLE = "undeliverable"
    DISPOSABLE = "disposable"
    NOT_A_NUMBER = "not_a_number"
    # the vendor knows nothing
    NO_MATCH = "no_match"
    NOTHING_KNOWN = "nothing_known"
    UNLIKELY_MATCH = "unlikely_match"
    NOT_IN_PLAN = "not_in_plan"
    LINE_TYPE_UNKNOWN = "line_type_unknown"
    COUNTRY_NOT_COVERED = "country_not_covered"
    # the vendor did not answer
    RATE_LIMITED = "rate_limited"
    ASKED_TOO_OFTEN = "asked_too_often"
    VENDOR_ERROR = "vendor_error"
    VENDOR_SILENT = "vendor_silent"
    UNREADABLE = "unreadable"
    MIXED_UP = "mixed_up"
    NOT_VERIFIABLE = "not_verifiable"
    NOT_READY = "not_ready"
    # the vendor will never answer this question
    INPUT_REFUSED = "input_refused"
    OPTED_OUT_AT_VENDOR = "opted_out_at_vendor"
    NEEDS_APPROVAL = "needs_approval"
    # the vendor cannot be asked about anyone
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    OUT_OF_CREDIT = "out_of_credit"
    QUOTA_USED_UP = "quota_used_up"
    PACKAGE_NOT_ENABLED = "package_not_enabled"
    WRONG_REGION = "wrong_region"
    # the vendor knows something that the book cannot hold
    TOO_LARGE = "too_large"
    # an operator took back what a run did
    UNDONE_BY_OPERATOR = "undone_by_operator"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What people read about a reason."""

    #: A short phrase.
    title: str
    #: One sentence.
    meaning: str
    #: What a person or an operator can do; "" if there is nothing to do.
    remedy: str = ""
    #: Whether the same question is never asked again.
    is_permanent: bool = False
    #: Whether it stops the vendor for everyone. It is then no status of a contact.
    stops_vendor: bool = False
    #: Whether the person asked not to be looked up: what other vendors said of them in the same run is dropped too.
    is_opt_out: bool = False


_AGAIN = "Nothing to do: the contact is tried again later."
_OTHER_DETAILS = "Nothing to do: the contact is tried again when its details change."

TABLE: Mapping[Reason, Explanation] = {
    Reason.NO_CONSENT: Explanation(
        "No consent",
        "The owner of the address book has not allowed us to ask outside services about their contacts.",
        'The owner allows it on the page "My data".',
    ),
    Reason.OPTED_OUT: Explanation(
        "Opted out",
        "The owner of the address book does not want this contact to be enriched.",
        'The owner withdraws this on the page of the contact or, for all contacts, on the page "My data".',
    ),
    Reason.NO_PHONE: Explanation("No phone number", "The contact has no phone number.", "Add a phone number."),
    Reason.PHONE_WITHOUT_COUNTRY: Explanation(
        "Unclear phone number",
        "The country of the contact's phone numbers is unknown, or they are incomplete.",
        "Write a number with its country code, such as +49 30 901820.",
    ),
    Reason.NO_EMAIL: Explanation("No email address", "The contact has no email address.", "Add an email address."),
    Reason.SHARED_EMAIL: Explanation(
        "Shared email address",
        "The contact has only addresses that several people share, such as info@ or sales@.",
        "Add the person's own email address.",
    ),
    Reason.TOO_LITTLE: Explanation(
        "Too few details",
        "The contact has no email address of its own, no phone number and no profile link, and no whole name with a "
        "company or a place.",
        "Add one of these.",
    ),
    Reason.ALREADY_ANSWERED: Explanation(
        "Already answered",
        "The vendor has given its final answer about the contact's present details.",
        _OTHER_DETAILS,
    ),
    Reason.FOUND: Explanation("Found", "The vendor knows something about the contact."),
    Reason.UNDELIVERABLE: Explanation(
        "Undeliverable address", "The email address does not receive mail.", "Correct or remove the address."
    ),
    Reason.DISPOSABLE: Explanation(
        "Disposable address", "The email address is one of a service for throwaway addresses."
    ),
    Reason.NOT_A_NUMBER: Explanation(
        "Invalid phone number", "The phone number does not exist in its country.", "Correct or remove the number."
    ),
    Reason.NO_MATCH: Explanation("No match", "The vendor does not know the person.", _OTHER_DETAILS),
    Reason.NOTHING_KNOWN: Explanation(
        "Nothing known", "The vendor recognized the details, but has nothing to add.", _OTHER_DETAILS
    ),
    Reason.UNLIKELY_MATCH: Explanation(
        "Unlikely match",
        "The vendor found a person, but it is too unlikely that it is this one.",
        "Add an email address, a phone number or a profile link.",
    ),
    Reason.NOT_IN_PLAN: Explanation(
        "Not in your plan",
        "The vendor knows the person, but your plan does not include the values.",
        "Ask the vendor for a plan with contact data.",
    ),
    Reason.LINE_TYPE_UNKNOWN: Explanation(
        "Line type unknown", "The vendor does not know the kind of line of this number.", _OTHER_DETAILS
    ),
    Reason.COUNTRY_NOT_COVERED: Explanation(
        "Country not covered", "The vendor knows nothing about numbers of this country.", _OTHER_DETAILS
    ),
    Reason.RATE_LIMITED: Explanation("Vendor busy", "The vendor asked us to be slower.", _AGAIN),
    Reason.ASKED_TOO_OFTEN: Explanation(
        "Asked too often", "The vendor has been asked about this number too often in a short time.", _AGAIN
    ),
    Reason.VENDOR_ERROR: Explanation("Vendor error", "The vendor reported an error of its own.", _AGAIN),
    Reason.VENDOR_SILENT: Explanation(
        "No answer", "The vendor did not answer in time. It may have charged for the question.", _AGAIN
    ),
    Reason.UNREADABLE: Explanation("Unreadable answer", "The vendor's answer could not be read.", _AGAIN),
    Reason.MIXED_UP: Explanation(
        "Mixed-up answers", "The vendor's answers did not fit the questions, so none was used.", _AGAIN
    ),
    Reason.NOT_VERIFIABLE: Explanation(
        "Not verifiable now", "The mail server of the address does not say whether the address exists.", _AGAIN
    ),
    Reason.NOT_READY: Explanation("Not ready", "The vendor is still working on its answer.", _AGAIN),
    Reason.INPUT_REFUSED: Explanation(
        "Details refused",
        "The vendor does not accept the contact's details.",
        "Correct the address or number.",
        is_permanent=True,
    ),
    Reason.OPTED_OUT_AT_VENDOR: Explanation(
        "Opted out at the vendor",
        "The person asked the vendor not to be looked up, so we do not look them up either.",
        is_permanent=True,
        is_opt_out=True,
    ),
    Reason.NEEDS_APPROVAL: Explanation(
        "Approval required",
        "The vendor may answer about numbers of this country only after an approval.",
        "An operator applies to the vendor for the approval, and then has these contacts tried again.",
        is_permanent=True,
    ),
    Reason.NO_KEY: Explanation("No key", "No key of the vendor is set.", "Enter the key.", stops_vendor=True),
    Reason.KEY_REFUSED: Explanation(
        "Key refused", "The vendor does not accept the key.", "Enter a valid key.", stops_vendor=True
    ),
    Reason.OUT_OF_CREDIT: Explanation(
        "No credit left",
        "The credit at the vendor is used up.",
        "Buy credit, and turn the vendor on again.",
        stops_vendor=True,
    ),
    Reason.QUOTA_USED_UP: Explanation(
        "Quota used up",
        "The vendor's quota of this period is used up.",
        "Wait for the next period or change the plan, and turn the vendor on again.",
        stops_vendor=True,
    ),
    Reason.PACKAGE_NOT_ENABLED: Explanation(
        "Package not enabled",
        "The account at the vendor may not ask for this kind of data.",
        "Enable the package at the vendor.",
        stops_vendor=True,
    ),
    Reason.WRONG_REGION: Explanation(
        "Wrong region",
        "The account belongs to another region of the vendor.",
        "Use a key of the region that the service is set to.",
        stops_vendor=True,
    ),
    Reason.TOO_LARGE: Explanation(
        "No room", "The contact is too large to hold what the vendor says.", "Shorten the contact's notes."
    ),
    Reason.UNDONE_BY_OPERATOR: Explanation(
        "Undone",
        "What the vendor said of the contact was taken back, by an operator or by the owner of the address book.",
        "An operator has the contact tried again, or the undo is undone.",
    ),
}
