"""The home page, the static files of pages, and the API description with its documentation."""
