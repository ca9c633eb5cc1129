"""One import in a process of its own, so that nothing but the worker is measured: prints the peak in megabytes."""

import sys

from local.embedded_aws.server import EmbeddedAws
from tests.bench.assembly import Importer, Machine
from tests.bench.figures import peak_megabytes


def main(endpoint: str, sandbox: str, address: str, page_size: str = "") -> None:
    aws = EmbeddedAws(port=int(endpoint.rpartition(":")[2]))  # not started here: it runs already
    Importer.of(Machine(aws, sandbox), address, page_size=page_size).import_all()
    print(f"{peak_megabytes():.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
