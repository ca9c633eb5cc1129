"""The foundation: errors, settings, clock, HTTP router, AWS clients, secrets, blobs and work queue."""
