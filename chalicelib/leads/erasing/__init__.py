"""Erasing leads, and what the organization keeps of them elsewhere."""
