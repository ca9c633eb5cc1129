"""Merging contacts into one, moving them apart again, and splitting a contact: each is one transaction."""
