"""The web pages: their templates, the code that renders them, and their static files."""
