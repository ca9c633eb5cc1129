"""The pages of file imports and their forms."""
