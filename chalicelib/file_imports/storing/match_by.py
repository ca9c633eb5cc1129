"""The rules by which the rows of a file match contacts; `match_rows` carries them out."""

from enum import StrEnum


class MatchBy(StrEnum):
    """The rule of an import by which rows match contacts."""

    NUMBER_AND_NAME = "number_and_name"  # for backups of phones
    NUMBER_OR_EMAIL_AND_NAME = "number_or_email_and_name"  # for exports of other systems
