"""Commits a plan that a person has confirmed, and cancels imports."""
