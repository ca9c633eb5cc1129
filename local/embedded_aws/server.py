"""EmbeddedAws: starts and stops the embedded AWS as a process, for `python -m local aws` and for tests."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.embedded_aws.resources import Names, create_everything
from local.processes import ROOT, PartFailed, StopSignal, end_with_parent, free_ports, is_free, start, stop, wait_for

PYTHON = ROOT / ".venv" / "embedded-aws" / "bin" / "python"
REGION = "us-east-1"
PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.2
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_KEPT_FROM_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")  # nothing else may leak into Lambdas it runs


class EmbeddedAws:
    """A ministack on 127.0.0.1, for a `with` statement.

    Args:
        port: where it serves; a free one if None.
        home: the directory in which it stores its data; None discards it.
        patience: seconds to wait until the previous user of `home` has saved and ended.
        log: a file for its output; None for the output of this process.
        python: of an environment that has ministack; Lambdas run on that Python.

    Raises:
        PartFailed: its environment is missing, the port is taken, or it does not start.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        home: Path | None = None,
        log: Path | None = None,
        patience: float = 0.0,
        python: Path = PYTHON,
    ) -> None:
        self.port = port or free_ports(1)[0]
        self.home = home
        self._patience = patience
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._python = python
        self._scratch: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.begin()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def begin(self) -> None:
        """Start it without waiting."""
        if not self._python.exists():
            raise PartFailed("The embedded AWS is not installed. Run: make install")
        if not is_free(self.port):
            raise PartFailed(f"Port {self.port} is taken, so the embedded AWS cannot serve there.")
        self._scratch = self._scratch_place()
        self.process = start(self._command(self._scratch), self._environment(), log=self._log)

    def wait(self) -> None:
        assert self.process is not None
        wait_for(f"{self.endpoint}/_ministack/health", self.process, "The embedded AWS")

    def stop(self) -> None:
        """Stop it cleanly, so that it saves its data if it has a home."""
        if self.process is not None:
            stop(self.process, within_seconds=60)
        if self._scratch is not None and self.home is None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def client(self, service: str, **more: Any) -> Any:
        """A boto3 client that talks to it."""
        import boto3

        return boto3.client(
            service,  # type: ignore[call-overload] # the stubs want a literal
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            **more,
        )

    def _scratch_place(self) -> Path:
        """Next to the data if there is a home: there the next process finds what a kill left."""
        return self.home.resolve() / "scratch" if self.home else Path(tempfile.mkdtemp(prefix="embedded-aws-"))

    def _command(self, scratch: Path) -> list[str]:
        launcher = Path(__file__).with_name("launcher.py")
        command = [str(self._python), str(launcher), "--port", str(self.port), "--parent", str(os.getpid())]
        command += ["--scratch", str(scratch)]
        if self.home:
            command += ["--home", str(self.home.resolve()), "--patience", str(self._patience)]
        return command

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT_FROM_ENVIRONMENT if name in os.environ}
        return {**kept, **CREDENTIALS, "AWS_DEFAULT_REGION": REGION}


def serve(port: int, data_dir: Path | None, ready_file: Path | None = None) -> None:
    """Run `python -m local aws`: create tables, bucket, key and queues, and serve until SIGTERM or Ctrl-C.

    Raises:
        PartFailed: it ended unexpectedly, or could not save everything. It has the launcher's exit code.
    """
    end_with_parent()
    stopping = StopSignal()
    home = data_dir / "aws" if data_dir else None
    with EmbeddedAws(port=port, home=home, patience=PATIENCE_SECONDS) as aws:
        create_everything(aws.client, Names.of(os.environ))
        print(f"The embedded AWS serves on {aws.endpoint}", flush=True)
        if ready_file:
            ready_file.touch()
        while not stopping.wait(LOOK_SECONDS):
            if aws.process is not None and aws.process.poll() is not None:
                raise PartFailed(f"The embedded AWS ended with exit code {aws.process.returncode}.")
    if home and aws.process is not None and aws.process.returncode:
        raise PartFailed(f"Not everything was saved in {home}.", abs(aws.process.returncode))
