"""Contacts: a contact is computed from the records of its sources."""
