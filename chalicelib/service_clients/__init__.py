"""Service clients: programs that act for people, and what people allow them."""
