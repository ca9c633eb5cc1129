"""`python -m local token`: print a bearer token of the stack's issuer and nothing else, for use in a shell."""

from local.running import find_running
from local.sandbox_control import SandboxControl


def print_token(person: str, *, operator: bool, port: int | None) -> None:
    """Print a token for this person.

    Raises:
        PartFailed: no stack is running, or its issuer is not the sandbox.
    """
    print(SandboxControl.of(find_running(port).settings).token(person, operator=operator))
