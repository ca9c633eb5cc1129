"""A local Google, Microsoft, sign-in issuer and vendors of enrichment, in their real wire formats. Never deployed."""

from local.sandbox.server import Sandbox, running, serve

__all__ = ["Sandbox", "running", "serve"]
