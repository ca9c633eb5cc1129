"""What an import needs of a provider, and the two we have."""
