"""Whether a vendor is asked about a contact: consent and opt-outs first, then the vendor's own rules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chalicelib.contacts.source_record import ContactFields
from chalicelib.vendors.answer import Ineligible, Question
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Context:
    """The conditions for a question that do not depend on the contact's fields."""

    #: Whether the owner of the book allows questions to vendors over the network.
    has_consent: bool = False
    #: Whether the owner wants no enrichment of this contact, or of any, not even offline.
    has_opted_out: bool = False


def questions_about(vendor: Vendor, fields: ContactFields, context: Context) -> Sequence[Question] | Ineligible:
    """All questions that may be asked about a contact, the best first, or why there is none. Sends nothing.

    Args:
        fields: what the contact shows.
    """
    if context.has_opted_out:
        return Ineligible(Reason.OPTED_OUT)
    if not vendor.is_offline and not context.has_consent:
        return Ineligible(Reason.NO_CONSENT)
    return vendor.questions(fields)


def open_question(questions: Sequence[Question], answered: Collection[str]) -> Question | None:
    """The best question without a permanent answer; None if there is none.

    Args:
        answered: the digests of questions with a permanent answer.
    """
    return next((each for each in questions if each.digest not in answered), None)
