"""Repeated, stale and combined records."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ingest.combine_records import Applied, Received, after, combine

RECORDS = st.lists(
    st.builds(
        Received,
        key=st.sampled_from("ab"),
        cells=st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["1", "2", "", None]), min_size=1),
        received=st.just(0),
        event_id=st.sampled_from(["", "", "e1", "e2"]),
        at=st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=8,
)


def apply_one_by_one(records):
    """What is left of each key if each record were a batch of its own: the plain meaning of the rules."""
    left, known = {}, {}
    for record in records:
        before = known.get(record.key, Applied())
        [step] = combine([record], known, null_clears=True)
        if not step.skipped:
            left[record.key] = after(step, left.get(record.key, {}), null_clears=True, empty_clears=False)
            known[record.key] = Applied(step.at if step.at is not None else before.at, step.received, step.events)
    return left


@given(RECORDS)
def test_a_batch_leaves_what_its_records_would_leave_one_by_one(records):
    left = {
        step.key: after(step, {}, null_clears=True, empty_clears=False)
        for step in combine(records, {}, null_clears=True)
        if not step.skipped
    }

    assert left == apply_one_by_one(records)


@given(RECORDS)
def test_there_is_one_step_for_each_record_and_one_that_is_applied_for_each_key(records):
    steps = combine(records, {})

    assert [step.key for step in steps] == [record.key for record in records]
    assert sorted(step.key for step in steps if not step.skipped) == sorted({record.key for record in records})


@given(RECORDS)
def test_the_same_batch_again_applies_no_event_twice(records):
    known = {
        step.key: Applied(step.at, step.received, step.events) for step in combine(records, {}) if not step.skipped
    }
    events = {record.event_id for record in records if record.event_id}

    again = combine([record for record in records if record.event_id], known)

    assert not events or all(step.skipped for step in again)
