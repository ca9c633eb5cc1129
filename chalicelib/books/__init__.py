"""Books: a person's contacts as they are kept, and the one way to change them."""
