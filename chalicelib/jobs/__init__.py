"""The job engine: claim, commit, park, restart, cancel, and the line of each owner."""
