"""One seed, one history of file imports: people upload, change, commit and cancel them while workers overlap and die.

The requests of people run beside the workers and meet the same faults. A history ends in calm; then every draft is
planned and committed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.books.intake import Limits
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields
from chalicelib.file_imports.job_kinds import COMMIT
from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.row_edits import RowEdits
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, NotFound, TooMany
from tests.simulation.bulk import bulk_house, edit, lines_of, members
from tests.simulation.faults import check_error
from tests.simulation.file_imports import HEADERS, confirmation, holds_at_rest, import_of, imports_in, kept_by
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in, keeps_own_words, nobody_twice
from tests.simulation.storm import Storm
from tests.simulation.world import Process

STEPS, MOST_IMPORTS = 400, 4
_ENDED = (FileImportState.COMMITTED, FileImportState.CANCELED)
_REFUSED = (Conflict, TooMany, NotFound)  # what a person may be told who does two things at once


@dataclass(frozen=True)
class Request:
    """A request of a person that has not been answered."""

    process: Process
    then: Callable[[Any], None]  #: called with what it returned


@dataclass
class FileHistory:
    """One random history of file imports, determined by its seed."""

    seed: int
    make: Callable[..., House] = bulk_house
    #: The person's own values by contact id.
    own_words: dict[str, ContactFields] = field(default_factory=dict)
    #: The rows that a person was told are left out, by import.
    left_out: dict[str, set[int]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance = random.Random(self.seed)
        limits = Limits(contacts=chance.randint(2, 6), lines=chance.randint(1, 6))
        self.house = self.make(chance, limits, threads=chance.random() < 0.5, shelves=chance.choice((1, 1, 2)))
        self.house.traffic.throttled = chance.choice((0, 0, 0.05, 0.2))
        self.storm = Storm(self.house, chance, chance.choice((0, 0.03, 0.06, 0.12)))
        self.friends = self.house.outside.collections.add(OWNER, "Friends").collection_id
        self._upload()

    def assert_ends_well(self) -> None:
        for _ in range(STEPS):
            if self.storm.is_over() or self.chance.random() < 0.05:
                self._do_something()
            if not self.storm.all_done():
                self.storm.blow()
            if self.storm.processes:
                self._hear(self.storm.continue_a_process())
        self._settle()
        self._finish_drafts()

    def _settle(self) -> None:
        self.storm.calm()
        for one in list(self.requests):
            self._hear(one.process)
        self.storm.processes.clear()
        holds_at_every_step(self.house)
        holds_at_rest(self.house)
        keeps_own_words(self.house, self.own_words)
        contacts = contacts_in(self.house)
        nobody_twice(contacts, but_for=_returned(contacts))
        for found in imports_in(self.house):
            if found.state is not FileImportState.CANCELED:
                self._keeps_what_is_left_out(found)

    def _finish_drafts(self) -> None:
        """Whatever happened, a draft can be planned and committed."""
        for found in imports_in(self.house):
            if found.state not in _ENDED:
                self.house.outside.file_imports.change.settings(OWNER, found.import_id, SettingChanges(tag="last"))
                self.storm.calm()
                planned = import_of(self.house, found.import_id)
                self.house.outside.file_imports.commit(OWNER, found.import_id, confirmation(planned))
                self.storm.calm()
        self._settle()
        assert {found.state for found in imports_in(self.house)} <= set(_ENDED)
        self._members_are_what_was_kept()

    def _members_are_what_was_kept(self) -> None:
        """Those that exist; a contact that is deleted is dropped when the collection is read."""
        commits = [job for job in jobs_in(self.house) if job.kind == COMMIT.name]
        imports = {each.import_id: each for each in imports_in(self.house)}
        added = [job for job in commits if imports[str(job.details["import_id"])].collection_id]
        kept = set().union(*[kept_by(lines_of(self.house, job)) for job in added])
        present = {each.contact_id for each in contacts_in(self.house)}
        assert members(self.house, self.friends) & present == kept & present

    def _keeps_what_is_left_out(self, found: FileImport) -> None:
        files = self.house.outside.file_imports.files
        stored = RowEdits.of(files.get(found, found.edits)).left_out if found.edits else frozenset()
        assert self.left_out.get(found.import_id, set()) <= stored, found

    # ── what people do

    def _do_something(self) -> None:
        if len(imports_in(self.house)) < MOST_IMPORTS and self.chance.random() < 0.2:
            return self._upload()
        acts = (self._change, self._leave_out, self._commit, self._cancel, self._edit)
        (act,) = self.chance.choices(acts, weights=(1, 1, 8, 3, 2))
        return act()

    def _ask(self, work: Callable[[Parts], Any], then: Callable[[Any], None] = lambda _: None) -> None:
        process = self.house.process(work)
        self.storm.begin(process)
        self.requests.append(Request(process, then))

    def _hear(self, process: Process) -> None:
        """The answer of a request whose process is over, or the error of a worker."""
        if not process.is_over:
            return None
        error = None if process.dead else process.main.error
        request = next((each for each in self.requests if each.process is process), None)
        if request is None:
            return check_error(error)
        self.requests.remove(request)
        if error is not None and not isinstance(error, (ResponseLost, EndpointConnectionError, *_REFUSED)):
            raise error
        if error is None and not process.dead:
            request.then(process.main.value)
        return None

    def _upload(self) -> None:
        rows = [self._row() for _ in range(self.chance.randint(1, 9))]
        to = self.friends if self.chance.random() < 0.5 else None
        new, content = NewFile("list.csv", collection_id=to), (HEADERS + "".join(rows)).encode()
        self._ask(lambda parts: parts.file_imports.create.receive(OWNER, new, content))

    def _row(self) -> str:
        """One of a few, so that they meet."""
        name = self.chance.choice("ABCDEFGH")
        if self.chance.random() < 0.1:
            return ",,nobody,\n"
        return f"{name},{name},{name}@x.org,{self.chance.choice(('', '', '+49 170 1'))}\n"

    def _some_import(self) -> FileImport | None:
        self.house.traffic.end_all()
        imports = imports_in(self.house)
        return self.chance.choice(imports) if imports else None

    def _change(self) -> None:
        if (found := self._some_import()) is not None:
            changes = self.chance.choice(
                (SettingChanges(region="AT"), SettingChanges(tag="new"), SettingChanges(choices={}))
            )
            self._ask(lambda parts: parts.file_imports.change.settings(OWNER, found.import_id, changes), self._note)

    def _note(self, changed: FileImport) -> None:
        if not changed.edits:  # the file is read again, so that its rows may be others
            self.left_out.pop(changed.import_id, None)

    def _leave_out(self) -> None:
        if (found := self._some_import()) is not None:
            number = self.chance.randint(2, 6)
            leave_out = lambda parts: parts.file_imports.change.leave_out(OWNER, found.import_id, [number])  # noqa: E731
            self._ask(leave_out, lambda changed: self.left_out.setdefault(changed.import_id, set()).add(number))

    def _commit(self) -> None:
        self.house.traffic.end_all()
        planned = [each for each in imports_in(self.house) if each.plan is not None]
        if planned:
            found = self.chance.choice(planned)
            wanted = confirmation(found, remove=self.chance.choice((0, found.plan.gone if found.plan else 0)))
            self._ask(lambda parts: parts.file_imports.commit(OWNER, found.import_id, wanted))

    def _cancel(self) -> None:
        """Mostly a commit, since nothing can be done with a draft afterwards."""
        self.house.traffic.end_all()
        imports = imports_in(self.house)
        committing = [each for each in imports if each.state is FileImportState.COMMITTING]
        if imports and (committing or self.chance.random() < 0.2):
            found = self.chance.choice(committing or imports)
            self._ask(lambda parts: parts.file_imports.cancel(OWNER, found.import_id))

    def _edit(self) -> None:
        self.house.traffic.end_all()
        contacts = sorted(contacts_in(self.house), key=lambda each: each.contact_id)
        if contacts:
            contact = self.chance.choice(contacts)
            fields = ContactFields(nickname=f"n{contact.version}")
            edit(self.house, contact, fields)
            self.own_words[contact.contact_id] = fields


def _returned(contacts: Sequence[Contact]) -> set[str]:
    """The addresses of those who were only the person's own words when another file brought the same address.

    They show no address then, so the other file makes a new contact. When their first file brings their row again, it
    returns to them, and both are shown as possibly the same.
    """
    linked = {duplicate for contact in contacts for duplicate in contact.possible_duplicates}
    pairs = (contact for contact in contacts if contact.possible_duplicates or contact.contact_id in linked)
    waited = (each for each in pairs if any(record.source == PERSON and record.aliases for record in each.records))
    return {str(email["value"]) for contact in waited for email in contact.shown.get("emails", ())}
