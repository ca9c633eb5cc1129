"""When a schedule runs: five fields in a time zone, whatever its clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import InvalidInput
from chalicelib.schedules.cron import Cron
from tests.examples import examples

BERLIN = "Europe/Berlin"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text, zone="UTC"):
    """The instant of a local time; the first of two."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def runs(expression, after, count, zone=BERLIN):
    """The next runs, in local time with the offset."""
    found = Cron.parse(expression, zone).next_runs(at(after, zone), count)
    return [each.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M%z")[:-2] for each in found]


def refusal(expression, zone="UTC"):
    with pytest.raises(InvalidInput) as refused:
        Cron.parse(expression, zone)
    return refused.value


class TestWhatIsAccepted:
    @pytest.mark.parametrize(
        ("expression", "words"),
        [
            ("0 3 * * 1-5", "At 03:00 on Monday through Friday, Europe/Berlin"),
            ("0 3 * * mon-fri", "At 03:00 on Monday through Friday, Europe/Berlin"),
            ("  0   3 * * 0 ", "At 03:00 on Sunday, Europe/Berlin"),
            ("0 3 * * 7", "At 03:00 on Sunday, Europe/Berlin"),
            ("*/15 * * * *", "Every 15th minute of every hour, Europe/Berlin"),
            ("0 0 29 2 *", "At 00:00 on February 29, Europe/Berlin"),
            ("0 9 l * *", "At 09:00 on the last day of every month, Europe/Berlin"),
            ("0 9 * * 1#2", "At 09:00 on the second Monday of the month, Europe/Berlin"),
            ("30 6 * 3,jun *", "At 06:30 every day in March and June, Europe/Berlin"),
        ],
    )
    def test_five_fields_as_cron_has_them_shown_in_words(self, expression, words):
        assert Cron.parse(expression, BERLIN).words() == words

    def test_names_of_zones_in_any_case(self):
        assert Cron.parse("0 3 * * *", " europe/BERLIN ").time_zone == BERLIN

    def test_what_was_stored_is_accepted_again_and_stays(self):
        cron = Cron.parse(" 0  3 * * mon ", BERLIN)

        assert Cron.parse(cron.expression, cron.time_zone) == cron


class TestWhatIsRefused:
    @pytest.mark.parametrize("expression", ["", "3", "0 3 * *", "0 0 3 * * *", "at three", "0 3 * * *" + " " * 100])
    def test_anything_but_five_fields(self, expression):
        assert refusal(expression).detail.startswith("Write five fields with spaces between them: minute, hour,")

    @pytest.mark.parametrize(
        ("expression", "said"),
        [
            ("60 3 * * *", "The minute field cannot be 60. Write 0 to 59,"),
            ("0 24 * * *", "The hour field cannot be 24. Write 0 to 23,"),
            ("0 22-2 * * *", "The hour field cannot be 22-2."),
            ("0 3 0 * *", "The day-of-month field cannot be 0. Write 1 to 31,"),
            ("0 3 * 13 *", "The month field cannot be 13. Write 1 to 12 or JAN to DEC,"),
            ("0 3 * * ?", "The day-of-week field cannot be ?. Write 0 to 7 (0 and 7 are Sunday),"),
            ("0 3 * * 8", "The day-of-week field cannot be 8."),
            ("0 3 * MAI *", "The month field cannot be MAI."),
            ("*/0 3 * * *", "The minute field cannot be */0."),
        ],
    )
    def test_a_field_that_is_wrong_by_name_and_with_what_can_be_written(self, expression, said):
        refused = refusal(expression)

        assert refused.detail.startswith(said)
        assert refused.members["field"] == "schedule"

    @pytest.mark.parametrize("expression", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6 *"])
    def test_a_day_that_none_of_the_months_has(self, expression):
        assert refusal(expression).detail.startswith("None of these months has this day of the month.")

    def test_a_day_that_no_month_at_all_has(self):
        assert refusal("0 0 32 2 *").detail.startswith("The day-of-month field cannot be 32.")

    def test_days_that_never_meet(self):
        """The 1st, 16th and 31st are never a second Monday; a field that begins with * narrows the other."""
        assert refusal("0 0 */15 * 1#2").detail.endswith("so that it would never run.")

    @pytest.mark.parametrize("expression", ["*/90 * * * *", "0 */24 * * *", "0 0 * */12 *"])
    def test_a_step_longer_than_its_field_instead_of_running_at_other_times_than_it_says(self, expression):
        assert "is too long for the" in refusal(expression).detail

    @pytest.mark.parametrize(("expression", "instead"), [("@daily", "0 0 * * *"), ("@Hourly", "0 * * * *")])
    def test_a_nickname_with_the_fields_it_stands_for(self, expression, instead):
        assert refusal(expression).detail == f"Write five fields instead of {expression}: {instead}."

    @pytest.mark.parametrize("zone", ["", "Mars/Phobos", "CEST", "../etc/passwd", "/etc/localtime", "+02:00"])
    def test_an_unknown_zone(self, zone):
        refused = refusal("0 3 * * *", zone)

        assert refused.detail.startswith("The time zone is unknown.")
        assert refused.members["field"] == "time_zone"


class TestTheNextRuns:
    def test_are_after_the_instant_itself(self):
        assert runs("0 3 * * *", "2027-01-01 03:00", 2) == ["01-02 03:00+01", "01-03 03:00+01"]

    def test_keep_the_local_time_when_the_clocks_change(self):
        assert runs("0 3 * * *", "2027-03-27 12:00", 2) == ["03-28 03:00+02", "03-29 03:00+02"]

    def test_are_on_one_of_two_days_or_on_both(self):
        """As in cron: a day of the month or a day of the week, if neither begins with *."""
        assert runs("0 0 1,15 * 1", "2027-03-28 12:00", 3) == ["03-29 00:00+02", "04-01 00:00+02", "04-05 00:00+02"]


class TestTheHourThatDoesNotExistInSpring:
    """In Berlin, 28 March 2027 has no times from 02:00 to 03:00."""

    @pytest.mark.parametrize("expression", ["30 2 * * *", "30 2-2 * * *", "*/30 2 * * *", "15,45 2 * * *"])
    def test_its_runs_happen_once_at_its_end(self, expression):
        assert runs(expression, "2027-03-27 12:00", 1) == ["03-28 03:00+02"]
        assert runs(expression, "2027-03-28 03:00", 1)[0].startswith("03-29 02:")

    def test_a_run_that_is_due_at_its_end_anyway_happens_once(self):
        assert runs("0 2,3 * * *", "2027-03-28 01:00", 2) == ["03-28 03:00+02", "03-29 02:00+02"]

    def test_a_run_in_every_second_hour_happens_at_its_end(self):
        assert runs("0 */2 * * *", "2027-03-28 00:00", 2) == ["03-28 03:00+02", "03-28 04:00+02"]

    def test_may_be_half_an_hour_after_which_runs_in_every_hour_go_on(self):
        found = runs("30 * * * *", "2026-10-04 01:00", 3, "Australia/Lord_Howe")

        assert found == ["10-04 01:30+10", "10-04 02:30+11", "10-04 03:30+11"]

    @pytest.mark.parametrize("expression", ["30 * * * *", "30 */1 * * *", "30 0-23 * * *"])
    def test_runs_in_every_hour_follow_the_hours_that_exist(self, expression):
        assert runs(expression, "2027-03-28 01:00", 2) == ["03-28 01:30+01", "03-28 03:30+02"]

    def test_may_be_half_an_hour(self):
        assert runs("15 2 * * *", "2026-10-03 12:00", 2, "Australia/Lord_Howe") == ["10-04 02:30+11", "10-05 02:15+11"]

    def test_may_be_a_day(self):
        """Apia went from 29 to 31 December 2011."""
        assert runs("0 12 30 12 *", "2011-12-29 12:00", 1, "Pacific/Apia") == ["12-31 00:00+14"]


class TestTheHourThatComesTwiceInAutumn:
    """In Berlin, 25 October 2026 has the times from 02:00 to 03:00 twice."""

    @pytest.mark.parametrize(("expression", "count"), [("30 2 * * *", 1), ("*/30 2 * * *", 2), ("0,59 2 * * *", 2)])
    def test_its_runs_happen_in_the_first(self, expression, count):
        found = runs(expression, "2026-10-24 12:00", count + 1)

        assert all(each.startswith("10-25 02:") and each.endswith("+02") for each in found[:count])
        assert found[count].startswith("10-26 02:")

    def test_asked_between_the_two_the_next_is_on_the_next_day(self):
        between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)

        assert Cron.parse("30 2 * * *", BERLIN).next_runs(between, 1) == [at("2026-10-26 02:30", BERLIN)]

    def test_runs_in_every_hour_happen_in_both(self):
        assert runs("30 * * * *", "2026-10-25 01:45", 3) == ["10-25 02:30+02", "10-25 02:30+01", "10-25 03:30+01"]


class TestARunThatIsDue:
    def test_is_the_latest_up_to_now(self):
        cron = Cron.parse("0 3 * * *", "UTC")

        assert cron.due(at("2027-01-01 03:00"), at("2027-01-02 03:00")) == at("2027-01-02 03:00")

    def test_is_one_however_long_the_service_was_down(self):
        cron = Cron.parse("0 3 * * *", "UTC")

        assert cron.due(at("2027-01-01 03:00"), at("2027-06-01 12:00")) == at("2027-06-01 03:00")
        assert cron.due(at("2027-06-01 03:00"), at("2027-06-01 12:00")) is None

    def test_is_none_before_the_next(self):
        assert Cron.parse("0 3 * * *", "UTC").due(at("2027-01-01 03:00"), at("2027-01-02 02:59")) is None

    def test_is_none_when_the_clock_went_back(self):
        assert Cron.parse("* * * * *", "UTC").due(at("2027-01-02 03:00"), at("2027-01-01 03:00")) is None

    def test_counts_seconds_and_parts_of_them(self):
        cron, due = Cron.parse("0 3 * * *", "UTC"), at("2027-01-02 03:00")

        assert cron.due(due - DAY, due - timedelta(milliseconds=1)) is None
        assert cron.due(due - DAY, due + timedelta(milliseconds=1)) == due


def minutes(first, last):
    while first < last:
        yield first
        first += MINUTE


def by_the_clock(minute_set, hour_set, zone, first, last):
    """The runs in [first, last) of every day, found by looking at the zone's clock every minute.

    A time that the clock skips counts when it has skipped it; a time that it shows again does not count, unless every
    hour counts.
    """
    found, seen, previous = [], set(), None
    every_hour = len(hour_set) == 24
    for instant in minutes(first - DAY, last):
        wall = instant.astimezone(zone).replace(tzinfo=None)
        shown = [wall]
        if previous is not None and not every_hour and wall > previous + MINUTE:
            shown = list(minutes(previous + MINUTE, wall + MINUTE))
        fits = any(
            each.minute in minute_set and each.hour in hour_set and (every_hour or each not in seen) for each in shown
        )
        seen.update(shown)
        if fits and instant >= first:
            found.append(instant)
        previous = wall
    return found


FIELDS = st.sampled_from(["*", "*/20", "0", "30", "15,45", "50-59"])
HOURS = st.sampled_from(["*", "*/1", "*/2", "0-23", "0", "1", "2", "3", "2,3", "1-3", "23"])
CHANGES = {
    BERLIN: ("2027-03-28", "2026-10-25"),
    "America/New_York": ("2027-03-14", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-10-04", "2027-04-04"),
    "Africa/Casablanca": ("2027-02-07", "2027-03-14"),
    "UTC": ("2027-03-28", "2026-10-25"),
    "Asia/Kathmandu": ("2027-03-28", "2026-10-25"),
}


class TestAroundTheDaysOnWhichClocksChange:
    @given(
        minute=FIELDS,
        hour=HOURS,
        day=st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days]),
        looks=st.lists(st.integers(1, 300), min_size=1, max_size=8),
    )
    @example(minute="*/20", hour="2", day=(BERLIN, "2027-03-28"), looks=[7])
    @example(minute="*/20", hour="2", day=(BERLIN, "2026-10-25"), looks=[61])
    @example(minute="30", hour="*", day=("Australia/Lord_Howe", "2026-10-04"), looks=[1])
    @example(minute="*", hour="*", day=("America/New_York", "2026-11-01"), looks=[301])
    @settings(derandomize=True, max_examples=examples(40), deadline=None)
    def test_a_schedule_runs_when_the_clock_shows_its_times_and_each_run_is_due_once(self, minute, hour, day, looks):
        name, date = day
        cron, zone = Cron.parse(f"{minute} {hour} * * *", name), ZoneInfo(name)
        first = at(date, name) - timedelta(hours=3)
        last = first + timedelta(hours=18)
        expected = by_the_clock(_set(minute, 60), _set(hour, 24), zone, first, last)

        found = [each for each in cron.next_runs(first - MINUTE, len(expected) + 1) if each < last]
        assert found == expected

        handled, due = first - MINUTE, []
        for wait in looks:  # a scheduler that looks now and then
            now = handled + wait * MINUTE
            run = cron.due(handled, now)
            before = [each for each in cron.next_runs(handled, wait) if each <= now]
            assert run == (before[-1] if before else None)
            due += [run] if run else []
            handled = now
        assert all(one < other for one, other in pairwise(due))


def _set(field, size):
    if field.startswith("*"):
        return set(range(0, size, int(field[2:] or 1)))
    if "-" in field:
        low, high = field.split("-")
        return set(range(int(low), int(high) + 1))
    return {int(each) for each in field.split(",")}
