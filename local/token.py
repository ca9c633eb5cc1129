"""`python -m local token`: print a bearer token of the stack's issuer and nothing else, for use in a shell."""

from typing import Any

from local.running import find_running
from local.sandbox_control import SandboxControl


def print_token(person: str, *, port: int | None, **rights: Any) -> None:
    """Print a token for this person.

    Args:
        rights: as for `SandboxControl.token`.

    Raises:
        PartFailed: no stack is running, or its issuer is not the sandbox.
    """
    print(SandboxControl.of(find_running(port).settings).token(person, **rights))
