"""How well and how fast duplicates are found, beside Splink on the same records."""
