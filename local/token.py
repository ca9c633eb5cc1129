"""`python -m local token`: a bearer token of the stack's own issuer, printed alone so that a shell can take it."""

from local.running import find_running
from local.sandbox_control import SandboxControl


def print_token(person: str, *, operator: bool, port: int | None) -> None:
    """Raises:
    PartFailed: nothing runs, or its people are known to another issuer than the sandbox.
    """
    print(SandboxControl.of(find_running(port).settings).token(person, operator=operator))
