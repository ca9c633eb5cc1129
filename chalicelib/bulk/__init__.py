"""Bulk create and cleanup: create thousands of contacts with one request, and delete exactly those again.

A client sends a list. The whole list is validated and stored for a while, and a job creates the contacts. Each contact
gets the run's tracking key in the transaction that creates it, so a cleanup finds exactly what the run created.
"""
