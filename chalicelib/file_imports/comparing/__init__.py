"""Compares the rows of a file with the book, without importing anything."""
