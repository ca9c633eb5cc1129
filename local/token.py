"""`python -m local token`: print a bearer token of the stack's issuer and nothing else, for use in a shell."""

from collections.abc import Mapping, Sequence

from local.running import find_running
from local.sandbox_control import SandboxControl


def print_token(person: str, *, operator: bool, organizations: Mapping[str, Sequence[str]], port: int | None) -> None:
    """Print a token for this person.

    Args:
        organizations: the roles that it gives them in each organization.

    Raises:
        PartFailed: no stack is running, or its issuer is not the sandbox.
    """
    print(SandboxControl.of(find_running(port).settings).token(person, operator=operator, organizations=organizations))
