"""File imports on the production steps: reading and mapping, planning, committing, and the memory of a large file."""

import csv
import gc
import io
import random
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.bulk.check_contacts import checked_contacts
from chalicelib.contacts.cleaning import clean_fields_and_text
from chalicelib.file_imports.committing.commit_import import Confirmation
from chalicelib.file_imports.job_kinds import COMMIT, PLAN
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.suggest import suggest_mapping
from chalicelib.files.mapping.survey import Survey
from chalicelib.files.read_file import read_file
from chalicelib.files.records import Table
from chalicelib.jobs.worker import Step, Worker
from chalicelib.wiring import Wiring
from local.embedded_aws.server import EmbeddedAws
from local.stack_settings import Ports, stack_settings
from tests.bench.assembly import Machine
from tests.bench.bulk import people
from tests.bench.counting import CountingClient
from tests.bench.figures import peak_megabytes

PERSON = "bench"
AT_ONCE = 5_000  # contacts that bulk checks in one request
HEADERS = ("First Name", "Last Name", "Company", "E-mail Address", "Mobile Phone")


def file_of(number: int, first: int = 0) -> bytes:
    """A CSV file of the same people as `people` has, from the one with number `first` on."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    for each in people(first + number)[first:]:
        email, phone = each["emails"][0]["value"], each["phones"][0]["raw"]
        writer.writerow([each["given"], each["family"], each["organization"], email, phone])
    return text.getvalue().encode()


def seconds_of_mapping(data: bytes) -> float:
    """CPU seconds of reading a file, mapping its rows and cleaning the contacts."""
    began = time.process_time()
    opened = read_file(data, "people.csv")
    if not isinstance(opened.contents, Table):
        raise TypeError("the file is no table")
    survey, rows = Survey(), []
    for row in opened.contents.rows:
        survey.add(row.cells)
        rows.append(row)
    mapper = RowMapper(suggest_mapping(opened.contents.columns, survey).mapping)
    for row in rows:
        clean_fields_and_text(mapper(row.cells).fields)
    return time.process_time() - began


def seconds_of_bulk_check(number: int) -> float:
    """CPU seconds that a bulk create spends on checking the same contacts."""
    everybody = people(number)
    began = time.process_time()
    for start in range(0, number, AT_ONCE):
        checked_contacts(everybody[start : start + AT_ONCE])
    return time.process_time() - began


@dataclass
class FileImporter:
    """The wiring's own steps and a worker on tables of their own; keeps the transactions that pass."""

    machine: Machine

    def __post_init__(self) -> None:
        names = self.machine.fresh_names()
        port = urlsplit(self.machine.aws.endpoint).port or 0
        settings = {**stack_settings(Ports(api=port, aws=port, sandbox=port), {}), **names.settings("")}
        self.client = CountingClient(self.machine.dynamodb(), keep=True)

        def client(service: str) -> Any:
            return self.client if service == "dynamodb" else self.machine.clients(service)

        wiring = Wiring(settings, clients=client, chance=random.Random(1))
        self.names, self.parts, shared = names, wiring.file_imports, wiring.shared
        steps: dict[str, Step] = {PLAN.name: self.parts.plan_import, COMMIT.name: self.parts.commit_plan}
        self._worker = Worker(shared.jobs, steps, shared.work_queue, shared.clock, shared.chance)

    def plan(self, data: bytes) -> tuple[FileImport, float]:
        """The planned import, and the seconds that its job took."""
        return self._timed(self.parts.create.receive(PERSON, NewFile("people.csv"), data))

    def commit(self, found: FileImport) -> tuple[FileImport, float]:
        """The committed import, and the seconds that its job took."""
        if found.plan is None:
            raise RuntimeError(f"the import is {found.state}")
        confirmed = Confirmation(found.plan.plan_id, found.plan.counts["new"], found.plan.counts["update"])
        return self._timed(self.parts.commit(PERSON, found.import_id, confirmed))

    @property
    def chunks(self) -> list[list[dict[str, Any]]]:
        """The transactions of the last job, without what they write of the import itself."""
        people = self.names.people
        return [
            [action for action in each if next(iter(action.values()))["TableName"] != people]
            for each in self.client.transactions
        ]

    def read_book_seconds(self) -> float:
        began = time.perf_counter()
        self.parts.shared.contacts.read_book(PERSON)
        return time.perf_counter() - began

    def _timed(self, found: FileImport) -> tuple[FileImport, float]:
        self.client.transactions.clear()
        gc.collect()
        gc.freeze()
        claimed = self._worker.claim(str(found.job_id))
        if claimed is None:
            raise RuntimeError("the job could not be claimed")
        began = time.perf_counter()
        until = self.parts.shared.clock.now() + timedelta(minutes=14)
        self._worker.run(claimed, until=until, reserve=timedelta(seconds=15))
        seconds = time.perf_counter() - began
        return self.parts.imports.get(PERSON, found.import_id), seconds


def main(endpoint: str, sandbox: str, rows: str) -> None:
    """Plan a large file in this process; print its peak in megabytes."""
    aws = EmbeddedAws(port=int(endpoint.rpartition(":")[2]))  # not started here: it runs already
    importer = FileImporter(Machine(aws, sandbox))
    importer.client.keep = False
    found, _ = importer.plan(file_of(int(rows)))
    if found.plan is None or found.plan.counts["new"] != int(rows):
        raise RuntimeError(f"the import is {found.state}")
    print(f"{peak_megabytes():.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
