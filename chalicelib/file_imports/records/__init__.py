"""The rows of an import as people see them: listed, traced to their contacts, and reported."""
