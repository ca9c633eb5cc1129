"""Owners of jobs that belong to no person. They begin with "~", and no token's `sub` may."""

OF_NO_PERSON = "~"
VENDOR_OWNER = f"{OF_NO_PERSON}vendors"  # of the runs that ask vendors about contacts
SERVICE_OWNER = f"{OF_NO_PERSON}service"  # of what concerns the service as a whole, which operators look after
_ORGANIZATION = f"{OF_NO_PERSON}org:"


def organization_owner(organization: str) -> str:
    """The owner of an organization's jobs."""
    return _ORGANIZATION + organization


def organization_of(owner: str) -> str | None:
    """The organization whose jobs this owner has; None for a person, and for other owners."""
    return owner.removeprefix(_ORGANIZATION) if owner.startswith(_ORGANIZATION) else None
