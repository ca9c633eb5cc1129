"""Erase a person: permanently delete everything that is stored about them."""
