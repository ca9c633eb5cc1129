"""All of it on one machine: embedded AWS, sandbox Google and Microsoft, the API and the worker. Never shipped."""
