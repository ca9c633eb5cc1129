"""Tests of the foundation: the modules that every room uses."""
