"""The address book: list, search, view, edit, delete and export contacts."""
