"""Microsoft: OAuth, Microsoft Graph, and a Graph contact as a contact."""
