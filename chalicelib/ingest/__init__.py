"""Takes records from other systems: sources with keys, the records that they send, and the jobs that import them."""
