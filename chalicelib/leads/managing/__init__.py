"""Reads, changes, deletes and erases single leads, and lists them."""
