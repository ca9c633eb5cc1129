"""Undo what a run did to an address book."""
