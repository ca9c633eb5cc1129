"""Undoing an import of leads: leads that it created go, and what it changed comes back."""
