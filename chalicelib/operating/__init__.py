"""Look after the service: all jobs of everybody, what an operator may do about them, and how everything is."""
