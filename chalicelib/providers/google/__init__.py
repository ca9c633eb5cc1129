"""Google: OAuth, the People API, and a person as a contact."""
