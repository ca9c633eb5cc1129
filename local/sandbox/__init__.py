"""A local Google, Microsoft and sign-in issuer with the real wire formats. Never deployed."""

from local.sandbox.server import Sandbox, running, serve

__all__ = ["Sandbox", "running", "serve"]
