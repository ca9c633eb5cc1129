"""Signing in to the pages with OpenID Connect, and signing out."""
