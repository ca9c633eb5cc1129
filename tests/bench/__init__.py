"""How fast the service is, each figure beside a floor that was measured in the same run: `make bench`."""
