"""`python -m local sandbox`: the sandbox providers as a process of the stack."""

import signal
import sys
from pathlib import Path

from local.processes import end_with_parent


def serve(port: int, host: str, data_dir: Path | None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    from local import sandbox

    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sandbox.serve(host, port, data_dir / "sandbox" if data_dir else None)
