"""Reads address-book files: finds out the format and the encoding, and reads rows and cards. Nothing is stored here."""
