"""Operate the service: all jobs of all people, what operators may do with them, and health checks."""
