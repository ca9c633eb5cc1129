from tests.jobs.engine import client, clock, queued, store, work_queue

__all__ = ["client", "clock", "queued", "store", "work_queue"]
