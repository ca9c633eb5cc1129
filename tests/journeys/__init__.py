"""End-to-end tests over real HTTP, against the whole stack on this machine."""
