"""Enrichment: ask vendors what they know about contacts, as operators control it."""
