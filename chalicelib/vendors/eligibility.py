"""Whether a vendor is asked about a contact: consent and opt-outs first, then the vendor's own rules."""

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
    #: Whether the owner wants no enrichment of this contact, not even offline.
    has_opted_out: bool = False
    #: The digests of questions with a permanent answer.
    answered: frozenset[str] = frozenset()


def question_about(vendor: Vendor, fields: ContactFields, context: Context) -> Question | Ineligible:
    """The question to ask about a contact, or why none is asked. Sends nothing.

    Args:
        fields: what the contact shows.
    """
    if context.has_opted_out:
        return Ineligible(Reason.OPTED_OUT)
    if not vendor.is_offline and not context.has_consent:
        return Ineligible(Reason.NO_CONSENT)
    questions = vendor.questions(fields)
    if isinstance(questions, Ineligible):
        return questions
    open_questions = (question for question in questions if question.digest not in context.answered)
    return next(open_questions, Ineligible(Reason.ALREADY_ANSWERED))
