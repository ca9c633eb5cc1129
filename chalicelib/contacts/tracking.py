"""Tracking keys: the mark that every contact of one bulk run carries, as the source of the record that the run wrote.

    bcc:j:<job id>[:s:<client's source>][:r:<client's reference>]

The job id alone finds a run; the other parts say what the client called it, for whoever reads the key.
"""

import re

PREFIX = "bcc:j:"
LONGEST_SOURCE, LONGEST_REFERENCE = 40, 80  # characters of a key's parts
LONGEST_KEY = 250
_JOB = re.compile(r"bcc:j:([A-Za-z0-9_-]{1,60})(?::[sr]:[\w.-]{1,100}){0,2}", re.ASCII)
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def tracking_key(job_id: str, source: str | None = None, reference: str | None = None) -> str:
    """The key of a run. What a client calls it is sanitised: letters, digits, dots, dashes and underscores stay."""
    parts = [PREFIX + job_id]
    for letter, text, longest in (("s", source, LONGEST_SOURCE), ("r", reference, LONGEST_REFERENCE)):
        fit = _UNFIT.sub("-", text or "").strip("-")[:longest]
        if fit:
            parts.append(f"{letter}:{fit}")
    return ":".join(parts)


def job_of(key: str) -> str | None:
    """The job a tracking key speaks of, with or without what its client called it; None for what is no such key."""
    if len(key) > LONGEST_KEY or not key.startswith(PREFIX):
        return None
    match = _JOB.fullmatch(key)
    return None if match is None else match[1]
