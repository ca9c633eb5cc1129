"""The documentation of the API: a guide, the reference made from its description, and a page for each problem."""
