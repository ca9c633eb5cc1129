"""Leads: people whom an organization may write to, each known by the identities that they have on channels."""
