"""Real worker processes, killed again and again in mid-import, over a real HTTP endpoint."""
