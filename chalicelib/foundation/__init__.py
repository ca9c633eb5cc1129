"""The ground: errors, settings, clock, the HTTP door, AWS clients, secrets, blobs and the work queue."""
