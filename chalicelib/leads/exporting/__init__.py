"""Exports the leads of an organization to a file in the bucket, of any size, by a job."""
