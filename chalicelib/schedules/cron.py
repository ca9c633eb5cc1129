"""A schedule of five cron fields in a time zone: whether it is valid, how it reads, and when it runs.

cronsim reads the fields and finds the times; which instants these are when the clocks change is decided here. Runs at
given hours happen once however the fields are written: in spring, those in the hour that does not exist happen at its
end; in autumn, the first of the two hours counts. Runs in every hour follow the hours that there are. (cronsim's own
rule depends on a "*" at the beginning of a field: `*/30 2 * * *` would not run on one night and four times on another.)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import merge
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from chalicelib.foundation.errors import InvalidInput

LONGEST_EXPRESSION = 100  # characters
_DAY = timedelta(days=1)  # the farthest that clocks were ever changed: from one side of the date line to the other
_SECOND = timedelta(seconds=1)
_MONTH_WITH_29_DAYS = datetime(2024, 2, 1)  # noqa: DTZ001 # local time; where the search for a first run starts


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields.

    Args:
        example: what can be written in it, for the error about it.
        values: how many values it has, the longest step.
    """

    name: str
    example: str
    values: int


_FIELDS = (
    _Field("minute", "0 to 59", 60),
    _Field("hour", "0 to 23", 24),
    _Field("day-of-month", "1 to 31, L for the last day or LW for the last weekday", 31),
    _Field("month", "1 to 12 or JAN to DEC", 12),
    _Field(
        "day-of-week", "0 to 7 (0 and 7 are Sunday), SUN to SAT, 1#2 for the second Monday or 5L for the last Friday", 7
    ),
)
_HOUR = 1  # the index of its field
_INSTEAD_OF = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


@dataclass(frozen=True, slots=True)
class Cron:
    """A valid schedule; made by `parse`.

    Args:
        expression: five fields with single spaces, in upper case.
        time_zone: the name of a zone in the IANA database.
    """

    expression: str
    time_zone: str

    @classmethod
    def parse(cls, expression: str, time_zone: str) -> "Cron":
        """The schedule of what an operator entered. Raises InvalidInput that says what is wrong."""
        zone = _zones().get(time_zone.strip().lower())
        if zone is None:
            detail = "The time zone is unknown. Write its name in the IANA database, such as Europe/Berlin or UTC."
            raise InvalidInput(detail, field="time_zone")
        return cls(_validate(expression), zone)

    def words(self) -> str:
        """ "At 03:00 on Monday through Friday, Europe/Berlin" """
        return f"{CronSim(self.expression, _MONTH_WITH_29_DAYS).explain()}, {self.time_zone}"

    def next_runs(self, after: datetime, count: int) -> list[datetime]:
        """The first instants after this one at which it runs, in UTC."""
        runs: list[datetime] = []
        for run in self._runs(after):
            if len(runs) == count:
                break
            if run > (runs[-1] if runs else after):
                runs.append(run)
        return runs

    def due(self, since: datetime, now: datetime) -> datetime | None:
        """The latest instant after `since`, up to `now`, at which it should have run, in UTC; None if there is none.

        Earlier instants are not returned: what should have run several times meanwhile runs once.
        """
        latest = next((run for run in self._runs(now, back=True) if run <= now), None)
        return latest if latest is not None and latest > since else None

    def _runs(self, near: datetime, *, back: bool = False) -> Iterator[datetime]:
        """Runs in order, or from late to early, in UTC. Some may lie on the other side of `near`; two may be equal."""
        zone = ZoneInfo(self.time_zone)
        local = near.astimezone(zone)
        wall, jump = local.replace(tzinfo=None, microsecond=0), _jump(local)
        start = wall + jump + _SECOND if back else wall - jump
        times = CronSim(self.expression, start, reverse=back)
        if len(times.hours) < _FIELDS[_HOUR].values:
            return (_instant(time, zone) for time in times)
        again = CronSim(self.expression, start, reverse=back)
        return merge(_shown(times, zone, fold=0), _shown(again, zone, fold=1), reverse=back)


def _validate(expression: str) -> str:
    """The expression in its stored form. Raises InvalidInput."""
    fields = expression.upper().split()
    instead = _INSTEAD_OF.get(expression.strip().lower())
    if instead is not None:
        raise _invalid(f"Write five fields instead of {expression.strip()}: {instead}.")
    if len(expression) > LONGEST_EXPRESSION or len(fields) != len(_FIELDS):
        raise _invalid(
            "Write five fields with spaces between them: minute, hour, day of the month, month, day of the week. "
            "0 3 * * 1-5 runs at 03:00 on Monday through Friday."
        )
    for field, text in zip(_FIELDS, fields, strict=True):
        step = text.rpartition("/")[2] if "/" in text else ""
        if step.isdecimal() and int(step) >= field.values:
            raise _invalid(f"The step {step} is too long for the {field.name} field, which has {field.values} values.")
    stored = " ".join(fields)
    try:
        first = next(CronSim(stored, _MONTH_WITH_29_DAYS), None)
    except CronSimError as error:
        raise _invalid(_why(str(error), fields)) from error
    if first is None:
        raise _invalid("No day has this day of the month, month and day of the week, so that it would never run.")
    return stored


def _is_day_of_no_month(fields: list[str]) -> bool:
    """Whether only the months have no such day: the 31st of February."""
    minute, hour, day, month, weekday = fields
    try:
        for expression in (f"{minute} {hour} {day} * {weekday}", f"{minute} {hour} * {month} {weekday}"):
            CronSim(expression, _MONTH_WITH_29_DAYS)
    except CronSimError:
        return False
    return True


def _why(message: str, fields: list[str]) -> str:
    """What is wrong in words, of cronsim's message, which names a field."""
    if _is_day_of_no_month(fields):
        return "None of these months has this day of the month. Change the day or the month."
    for field, text in zip(_FIELDS, fields, strict=True):
        if message.endswith(field.name):
            return (
                f"The {field.name} field cannot be {text}. Write {field.example}, * for every value, "
                "a list (1,3), a range from low to high (1-5) or a step (*/2)."
            )
    return "The schedule is not understood."


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(detail, field="schedule")


def _instant(time: datetime, zone: ZoneInfo) -> datetime:
    """When the zone's clocks show this time: the first of two instants, or the end of the gap if they skip it."""
    instant = time.replace(tzinfo=zone).astimezone(UTC)
    if _wall(instant, zone) == time:
        return instant
    before = time.replace(tzinfo=zone, fold=1).astimezone(UTC)  # as if the clocks had changed already
    offset, late = before.astimezone(zone).utcoffset(), instant
    while late - before > _SECOND:
        middle = before + (late - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _shown(times: Iterable[datetime], zone: ZoneInfo, *, fold: int) -> Iterator[datetime]:
    """When the zone's clocks show these times: for the first time, or for the last, which is nearly always the same."""
    for time in times:
        instant = time.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if _wall(instant, zone) == time:  # else they skip it
            yield instant


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show."""
    return instant.astimezone(zone).replace(tzinfo=None)


def _jump(local: datetime) -> timedelta:
    """How far the zone's clocks are put forward or back within a day of this instant; usually not at all."""
    before, after = ((local + side * _DAY).utcoffset() or timedelta() for side in (-1, 1))
    return abs(after - before)


@lru_cache(1)
def _zones() -> dict[str, str]:
    """The names of all zones by their lowercase form."""
    return {name.lower(): name for name in available_timezones()}
