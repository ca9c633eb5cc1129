"""The front page, the files that pages are made with, and the API's description of itself."""
