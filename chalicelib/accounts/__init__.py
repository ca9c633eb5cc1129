"""Connected accounts: consent, tokens and connections; connect one, import from it again, disconnect it."""
