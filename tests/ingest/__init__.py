"""Ingest: sources, what they send, and what becomes of it."""
