"""Schedules: when recurring work is due."""
