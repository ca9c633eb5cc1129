"""Rows that a commit has left to the person, since they are in conflict with contacts: listed, and decided by jobs."""
