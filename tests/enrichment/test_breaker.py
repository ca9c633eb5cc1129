"""When a run stops by itself."""

from dataclasses import replace

from chalicelib.enrichment.breaker import FEWEST, LATEST, MOST_FAULTS, Breaker, Tripped
from chalicelib.vendors.answer import Answer, AnswerKind
from chalicelib.vendors.reasons import Reason
from tests.enrichment.vendors import NO_MATCH, RETRY, found

UNLIKELY = Answer(AnswerKind.NO_MATCH, Reason.UNLIKELY_MATCH)


def person(number: int) -> Answer:
    return replace(found(title="CTO"), record_id=f"person-{number}")


def tripped_by(*answers: Answer) -> Tripped | None:
    return Breaker().answers(answers)


class TestFaults:
    def test_in_a_row_trip_it(self):
        breaker = Breaker()

        assert [breaker.fault() for _ in range(MOST_FAULTS)] == [None] * (MOST_FAULTS - 1) + [Tripped.FAULTS]

    def test_with_an_answer_between_them_do_not(self):
        breaker = Breaker()

        for _ in range(3 * MOST_FAULTS):
            assert breaker.fault() is None
            assert breaker.answers([NO_MATCH]) is None


class TestAnswersThatLookWrong:
    def test_one_person_for_most_contacts_trips_it(self):
        assert tripped_by(*[person(1)] * FEWEST) is Tripped.SAME_PERSON

    def test_a_few_of_them_do_not(self):
        assert tripped_by(*[person(1)] * (FEWEST - 1)) is None

    def test_different_people_do_not(self):
        assert tripped_by(*map(person, range(200))) is None

    def test_one_person_in_half_of_them_does_not(self):
        assert tripped_by(*(person(number if number % 2 else 0) for number in range(1, 200))) is None

    def test_a_person_without_an_id_is_known_by_the_name(self):
        assert tripped_by(*[found(given="John", family="Doe", title=str(each)) for each in range(FEWEST)]) is (
            Tripped.SAME_PERSON
        )

    def test_the_same_employer_is_not_the_same_person(self):
        assert tripped_by(*[found(organization="Engines")] * 200) is None

    def test_matches_below_the_floor_trip_it(self):
        assert tripped_by(*[UNLIKELY] * FEWEST) is Tripped.UNLIKELY

    def test_a_share_of_such_matches_does_not(self):
        likely = map(person, range(100))
        assert tripped_by(*(each for pair in zip([UNLIKELY] * 100, likely, strict=True) for each in pair)) is None

    def test_unknown_people_and_failures_are_no_matches(self):
        assert tripped_by(*[NO_MATCH] * 100, *[RETRY] * 100, *[UNLIKELY] * (FEWEST - 1)) is None

    def test_what_was_long_ago_does_not_count(self):
        one, others = [person(1)] * (FEWEST // 2), map(person, range(2, 2 + LATEST))
        assert tripped_by(*one, *others, *one) is None


def test_every_reason_has_words():
    assert all(each.words.endswith(".") for each in Tripped)
