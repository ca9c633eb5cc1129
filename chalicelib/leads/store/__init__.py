"""Stores leads: one item for each identity, which holds the lead that was created with it."""
