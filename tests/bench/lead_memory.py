"""One import of leads in a process of its own, so that nothing but the worker is measured: prints the peak in MB."""

import sys
from pathlib import Path

from local.embedded_aws.server import EmbeddedAws
from tests.bench.assembly import Machine
from tests.bench.figures import peak_megabytes
from tests.bench.lead_imports import LeadImporter


def main(endpoint: str, path: str) -> None:
    aws = EmbeddedAws(port=int(endpoint.rpartition(":")[2]))  # not started here: it runs already
    importer = LeadImporter(Machine(aws, ""))
    with Path(path).open("rb") as content:
        importer.upload(content)
    importer.run()
    print(f"{peak_megabytes():.1f}")
    importer.forget()


if __name__ == "__main__":
    main(*sys.argv[1:])
