"""Programs that make data files of the product; run by hand, never by a test."""
