"""Vendors: services that know more about a person than the address book does. They are asked, and never listed."""
