"""A million generated rows of leads, imported once and compared with a count that uses no code of the service."""
