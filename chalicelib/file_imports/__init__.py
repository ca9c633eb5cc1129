"""Imports files of contacts: reads them, plans what becomes of each row, and commits the plan."""
