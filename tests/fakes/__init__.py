"""Stand-ins for everything outside the process: deterministic, in memory, strict where the real thing is strict."""
