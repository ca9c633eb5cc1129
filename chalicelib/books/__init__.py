"""Books: a person's stored contacts, and the one way to change them."""
