"""Answers a request to resolve leads: reads its inputs, resolves the valid ones, and puts the answers in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.fast_json import canonical_json
from chalicelib.leads.bodies import MOST_INPUTS
from chalicelib.leads.lead_json import resolved_json
from chalicelib.leads.read_inputs import InputReader
from chalicelib.leads.resolving.request_source import RequestSource
from chalicelib.leads.resolving.resolve_batch import ResolveBatch


@dataclass(frozen=True)
class ResolveLeads:
    """One answer for each input, in the order of the inputs."""

    #: loaded with the first request
    reader: Callable[[], InputReader]
    resolve_batch: ResolveBatch
    source: RequestSource

    def __call__(
        self,
        organization: str,
        sent: Sequence[Any],
        *,
        person: str,
        region: str | None = None,
        idempotency_key: str | None = None,
    ) -> list[Mapping[str, Any]]:
        """Resolve the inputs as they were sent; an invalid one is answered, and stops nothing.

        Raises:
            InvalidInput: there are none.
            TooLarge: there are more than `MOST_INPUTS`.
            KeyUsed: the idempotency key was used for a different request.
            Unavailable: others kept changing the same leads.
        """
        if not sent:
            raise InvalidInput("Send at least one lead.")
        if len(sent) > MOST_INPUTS:
            raise TooLarge(f"Send at most {MOST_INPUTS:,} leads at once.", limit=MOST_INPUTS, sent=len(sent))
        content = canonical_json([region, sent]).encode("utf-8", "surrogatepass")
        source = self.source(organization, person, idempotency_key, content)
        valid, answers = self.reader().inputs(organization, sent, region)
        answers += self.resolve_batch(organization, valid, source) if valid else []
        return [resolved_json(each) for each in sorted(answers, key=lambda answer: answer.index)]
