"""The whole service on one machine: embedded AWS, sandbox of Google and Microsoft, API and worker. Not deployed."""
