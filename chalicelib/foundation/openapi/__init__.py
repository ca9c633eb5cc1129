"""The OpenAPI 3.1 description of the API, generated from the list of routes, so that the two cannot differ.

`document.py` puts it together. `vocabulary.py` says where the description and the example of a field come from,
`operations.py` and `problems.py` what is derived from the declaration of a route.
"""
