"""What a run found out about contacts, kept in the bucket until the books have it.

One blob holds up to about a thousand findings about the contacts of one book. The names of the blobs are in the ledger
of the run; a blob that no ledger names is never read. All of a person's blobs share a prefix without the person's name.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, cast

from isal import igzip

from chalicelib.contacts.stored_names import from_stored, to_stored
from chalicelib.enrichment.due import NotEligible, ToAsk
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Question
from chalicelib.vendors.facts import Fact, FactName
from chalicelib.vendors.reasons import Reason

FOLDER = "answers/"
_GZIP = zlib.MAX_WBITS | 16


class Blobs(Protocol):
    """The bucket, as far as answers need it."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def delete_prefix(self, prefix: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """A vendor's answer about one contact."""

    asked: ToAsk
    answer: Answer
    #: When it came, in milliseconds since 1970.
    at: int


Finding = Answered | NotEligible


def answers_prefix(owner: str) -> str:
    """The prefix of all answers about an owner's contacts."""
    return f"{FOLDER}{id_of(owner)}/"


@dataclass(frozen=True)
class AnswerStore:
    """Writes and reads findings."""

    blobs: Callable[[], Blobs]

    def put(self, owner: str, name: str, findings: Sequence[Finding]) -> None:
        """Keep findings about contacts of one book."""
        self.blobs().put(self._key(owner, name), _pack([_to_json(each) for each in findings]))

    def find(self, owner: str, name: str) -> list[Finding] | None:
        """The findings of a blob; None if there is none, or if it has expired."""
        packed = self.blobs().find(self._key(owner, name))
        return None if packed is None else [_from_json(each) for each in _unpack(packed)]

    def put_preview(self, owner: str, job_id: str, told: Sequence[JsonObject]) -> None:
        """Keep what a preview found out about contacts of one book."""
        self.blobs().put(self._key(owner, f"{job_id}/preview"), _pack(list(told)))

    def find_preview(self, owner: str, job_id: str) -> list[JsonObject] | None:
        """What a preview found out; None if it has expired."""
        packed = self.blobs().find(self._key(owner, f"{job_id}/preview"))
        return None if packed is None else cast(list[JsonObject], _unpack(packed))

    def forget(self, owner: str) -> None:
        """Delete all answers about an owner's contacts. May be repeated."""
        self.blobs().delete_prefix(answers_prefix(owner))

    def _key(self, owner: str, name: str) -> str:
        return f"{answers_prefix(owner)}{name}.json.gz"


def _pack(told: list[Json]) -> bytes:
    return igzip.compress(encode_json(told).encode("utf-8", "surrogatepass"), 1)


def _unpack(packed: bytes) -> list[Json]:
    return cast(list[Json], decode_json(zlib.decompress(packed, _GZIP).decode("utf-8", "surrogatepass")))


def _to_json(finding: Finding) -> Json:
    if isinstance(finding, NotEligible):
        return [finding.contact_id, finding.reason.value, finding.digest]
    asked, answer = finding.asked, finding.answer
    return [
        asked.contact_id,
        asked.digest,
        asked.question.vendor,
        dict(asked.question.inputs),
        finding.at,
        answer.kind.value,
        answer.reason.value,
        dict(to_stored(answer.fields)),
        [[fact.about, fact.name.value, fact.value] for fact in answer.facts],
        answer.likelihood,
        answer.record_id,
        [answer.charge.most, answer.charge.is_certain],
        None if answer.retry_after is None else answer.retry_after.total_seconds(),
    ]


def _from_json(told: Json) -> Finding:
    values = cast(list[Json], told)
    if len(values) == 3:
        contact_id, reason, digest = values
        return NotEligible(contact_id, Reason(reason), digest)
    contact_id, digest, vendor, inputs, at, kind, reason, fields, facts, likelihood, record_id, charge, wait = values
    answer = Answer(
        AnswerKind(kind),
        Reason(reason),
        from_stored(fields),
        tuple(Fact(about, FactName(name), value) for about, name, value in facts),
        likelihood,
        record_id,
        Charge(*charge),
        None if wait is None else timedelta(seconds=wait),
    )
    return Answered(ToAsk(contact_id, Question(vendor, inputs), digest), answer, at)
