"""Watching an import: live to its end without a reload, stopped, looked at again in the middle."""
