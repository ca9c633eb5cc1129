"""A Google, a Microsoft and a sign-in issuer that speak the real wire formats, for one machine. Never shipped."""

from local.sandbox.server import Sandbox, running, serve

__all__ = ["Sandbox", "running", "serve"]
