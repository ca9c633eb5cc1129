"""Resolves identities to leads: which lead they belong to, and whether one must be created."""
