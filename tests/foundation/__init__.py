"""Tests of the ground: what every room stands on."""
