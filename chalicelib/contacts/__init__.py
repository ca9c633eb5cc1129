"""The address book: a contact is a fold over its sources, and one import never makes two of one."""
