"""Copies the contacts of accounts at providers into the book."""
