"""What the service is on AWS: the template added to Chalice's own, the package made from it, and its rehearsal."""
