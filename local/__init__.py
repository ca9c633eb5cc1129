"""The whole service on one machine: embedded AWS, sandbox providers, API and worker. Not deployed."""
