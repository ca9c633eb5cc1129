"""Keep contacts together in collections, and share them with other people."""
