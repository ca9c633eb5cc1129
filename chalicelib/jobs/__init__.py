"""The job engine: claim, commit, park, restart, cancel, and the queue of each owner."""
