"""What is kept of a file import: its item, and its files in the bucket."""
