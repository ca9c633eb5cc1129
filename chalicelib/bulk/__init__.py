"""Bulk create and cleanup: thousands of contacts from one request, and back again.

A client sends a list; it is checked whole, kept for a while, and a job creates the contacts. Each of them carries the
run's tracking key from the transaction that creates it, so that a cleanup finds exactly what the run made.
"""
