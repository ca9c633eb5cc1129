"""Promises that more than one implementation must keep: each suite runs against all of them."""
