"""Connect Google or Microsoft, and copy their contacts into the book."""
