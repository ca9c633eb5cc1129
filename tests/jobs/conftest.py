from tests.jobs.engine import chance, client, clock, kicks, queued, store

__all__ = ["chance", "client", "clock", "kicks", "queued", "store"]
