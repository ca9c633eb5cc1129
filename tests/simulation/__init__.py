"""The production worker inside a deterministic simulator: every call to the outside may be lost, late, or its last."""
