"""A work queue in memory. The test decides which message is delivered, when, and how often."""

from datetime import timedelta


class FakeQueue:
    """Keeps what is sent: `sent` has every message, `waiting` those that the test has not taken out."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.sent: list[str] = []
        #: the delay of the last message of each job
        self.delays: dict[str, timedelta] = {}

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        self.sent.append(job_id)
        self.waiting.append(job_id)
        self.delays[job_id] = after
