"""Sign in on our own pages, at the issuer we trust, and out again."""
