"""Erase a person: everything we keep of them, for good."""
