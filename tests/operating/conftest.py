from tests.jobs.engine import client, clock, kicks, queued, store

__all__ = ["client", "clock", "kicks", "queued", "store"]
