"""Reviewing contacts: what a person decides about pairs of contacts, merging them and taking that back."""
