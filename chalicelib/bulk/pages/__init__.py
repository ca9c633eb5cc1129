"""The pages of bulk creates and cleanups."""
