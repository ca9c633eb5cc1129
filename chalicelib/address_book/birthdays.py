"""Writes a birthday as text, with the parts that are known."""

from chalicelib.contacts.source_record import Birthday


def written(birthday: Birthday, *, between: str = "-") -> str:
    """A birthday in ISO 8601: 1815-12-10, --12-10 without the year, 1815-12, 1815, --12, ---10.

    Args:
        between: separates the parts of a full date; "" for the basic form, 18151210 and --1210.
    """
    year, month, day = (birthday.get(part) for part in ("year", "month", "day"))
    if month is None and day is not None:
        return f"---{day:02d}" if year is None else f"{year:04d}--{day:02d}"
    parts = [f"{part:02d}" for part in (month, day) if part is not None]
    if year is None:
        return f"--{between.join(parts)}" if parts else ""
    return (between if len(parts) != 1 else "-").join([f"{year:04d}", *parts])


def is_possible(birthday: Birthday) -> bool:
    """Whether the parts can be written as a date: each in range, and a day of a year with its month."""
    year, month, day = birthday.get("year"), birthday.get("month"), birthday.get("day")
    in_bounds = (year or 1) <= 9999 and (month or 1) <= 12 and (day or 1) <= 31
    return in_bounds and not (year and day and not month)
