"""Microsoft: OAuth, Graph, and its contacts."""
