"""Paths of pages that e-mails link to."""

UNSUBSCRIBE_PATH = "/emails/unsubscribe/{token}"
SETTINGS_PATH = "/me#emails"
