"""The environment of what the service is measured against, which `make bench` makes (requirements-bench.txt)."""

from local.processes import ROOT

ENVIRONMENT = ROOT / ".venv" / "bench"
PYTHON = ENVIRONMENT / "bin" / "python"
