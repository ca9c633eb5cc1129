"""Tests of `chalicelib/vendors`."""
