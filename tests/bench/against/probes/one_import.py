"""`python one_import.py AWS SANDBOX ADDRESS PAGE_SIZE`: imports an account and prints the peak memory in megabytes."""

import os
import sys

sys.path.insert(0, os.getcwd())  # noqa: PTH109 # before this directory: its code is what is measured

from adapter import import_with_pages_of
from measuring import drop_tables

from local.embedded_aws.server import EmbeddedAws
from tests.bench.assembly import Machine
from tests.bench.figures import peak_megabytes


def main(endpoint: str, sandbox: str, address: str, page_size: str) -> None:
    aws = EmbeddedAws(port=int(endpoint.rpartition(":")[2]))  # not started here: it runs already
    importer = import_with_pages_of(int(page_size), Machine(aws, sandbox), address)
    importer.import_all()
    print(f"{peak_megabytes():.1f}")
    drop_tables(importer)


if __name__ == "__main__":
    main(*sys.argv[1:])
