"""The API, fuzzed by Schemathesis: what its description says, and a little else."""
