"""The room of people and their book: look at it, search it, edit a contact, delete one, take all of it along."""
