"""A work queue in memory. What is taken out, when, and how often, is the test's decision."""

from datetime import timedelta


class FakeQueue:
    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.sent: list[str] = []

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        self.sent.append(job_id)
        self.waiting.append(job_id)
