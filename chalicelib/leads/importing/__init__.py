"""Imports leads from files in the bucket."""
