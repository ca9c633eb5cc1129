"""Group contacts in collections, and share collections with other people."""
