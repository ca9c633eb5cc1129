from tests.jobs.engine import chance, client, clock, queued, store, work_queue

__all__ = ["chance", "client", "clock", "queued", "store", "work_queue"]
