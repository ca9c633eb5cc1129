"""`python -m local import …`: what it shows before it asks, what it sends, and how it ends."""

import csv
import io
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from rich.console import Console

from chalicelib.file_imports.storing.published_state import PublishedState
from local.__main__ import _parser
from local.bulk import DONE, FAILED, NOT_CONFIRMED, PARTLY
from local.import_file import SENT_AT_ONCE, WORKING, ImportFile, Options
from local.import_screen import ImportScreen
from local.processes import PartFailed
from tests.routes.file_imports import CARDS, TABLE, UNCERTAIN, work
from tests.routes.service import Service

WITH_NOBODY = "First Name,Last Name,Email Address,Job Title\nAda,Lovelace,ada@example.com,Countess\n,,,Boss\n"
SAME_NUMBER = CARDS.replace("FN:Ada Lovelace", "FN:Grace Hopper")


class Client:
    """A person's client whose requests a service in this process answers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.asked: list[str] = []

    def ask(self, method: str, path: str, *, params: Any = None, json: Any = None, data: bytes = b"", headers=None):
        self.asked.append(f"{method} {path}")
        target = requests.Request(method, "http://x" + path, params=params).prepare().path_url
        named = {name.replace("-", "_"): value for name, value in (headers or {}).items()}
        body = json if json is not None else data or None
        response = self.service.ask(method, target, who="ann", body=body, Accept="application/json", **named)
        answer = requests.Response()
        answer.status_code, answer._content = response.status, response.body
        answer.headers.update(response.headers)
        return answer


class Desk:
    """A person at the command line: the output, the questions, and their answers."""

    def __init__(self, service: Service, directory: Path, *answers: str) -> None:
        self.questions: list[str] = []
        self.shown_when_asked: list[str] = []
        self.client = Client(service)
        self._directory, self._answers = directory, list(answers)
        self._shown = io.StringIO()
        console = Console(file=self._shown, width=100, highlight=False)
        self.command = ImportFile(self.client, console, self._ask, lambda _: work(service), self._upload)
        self.uploads: list[tuple[str, dict, int]] = []

    @property
    def text(self) -> str:
        return self._shown.getvalue()

    def run(self, content: str | bytes, name: str = "contacts.csv", **options: Any) -> int:
        path = self._directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.command(path, Options(**options))

    def _ask(self, question: str) -> str:
        self.questions.append(question)
        self.shown_when_asked.append(self.text)
        return self._answers.pop(0) if self._answers else ""

    def _upload(self, url: str, fields: dict, content: bytes) -> None:
        self.uploads.append((url, fields, len(content)))


@pytest.fixture
def service() -> Service:
    return Service()


def names(service: Service) -> list[str]:
    return sorted(each["display"] for each in service.get("/api/v1/contacts", who="ann").json["contacts"])


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


class TestAPlan:
    def test_is_shown_before_the_question(self, service, tmp_path):
        desk = Desk(service, tmp_path, "n")
        desk.run(CARDS, "phone.vcf")

        (before,) = desk.shown_when_asked
        assert "phone.vcf: vCard, UTF-8, 2 rows" in before
        assert ["2", "new", "become", "contacts"] in lines(before)
        assert desk.questions == ["Import 2 new, change 0? [y/N] "]

    @pytest.mark.parametrize("answer", ["", "n", "no", "j", "yesterday"])
    def test_is_not_committed_without_a_confirmation(self, service, tmp_path, answer):
        desk = Desk(service, tmp_path, answer)

        assert desk.run(CARDS, "phone.vcf") == NOT_CONFIRMED
        assert "Nothing was imported. The file waits at https://contacts.example/file-imports/" in desk.text
        assert names(service) == []

    def test_alone_is_shown_if_that_is_wanted(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(CARDS, "phone.vcf", plan_only=True) == DONE
        assert "Nothing was imported." in desk.text
        assert (desk.questions, names(service)) == ([], [])

    def test_names_the_problems(self, service, tmp_path):
        desk = Desk(service, tmp_path)
        desk.run(TABLE, plan_only=True)

        assert "1 row: Phone number without a country (Mobile Phone)" in desk.text

    def test_names_the_conflicts(self, service, tmp_path):
        Desk(service, tmp_path).run(CARDS, "phone.vcf", yes=True)
        desk = Desk(service, tmp_path)
        desk.run(SAME_NUMBER, "other.vcf", plan_only=True)

        assert "conflict in row 1, Grace Hopper: " in desk.text


class TestAPlanAlone:
    """`--plan-only`, which asks nothing and changes nothing."""

    def test_is_made_with_the_columns_as_suggested(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(UNCERTAIN, plan_only=True) == DONE
        assert "Irgendwas" in desk.text
        assert "which are not confirmed. Change them with --map." in desk.text
        assert ["2", "new", "become", "contacts"] in lines(desk.text)
        assert "Nothing was imported. The plan waits at https://contacts.example/file-imports/" in desk.text
        assert (desk.questions, names(service)) == ([], [])

    def test_has_nothing_to_add_if_the_columns_were_chosen_or_are_certain(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(UNCERTAIN, plan_only=True, maps=["Irgendwas=nickname"]) == DONE
        assert "are not confirmed" not in desk.text

    @pytest.mark.parametrize("options", [{}, {"maps": ["Irgendwas=nickname"]}])
    def test_confirms_no_columns_for_the_next_file(self, service, tmp_path, options):
        Desk(service, tmp_path).run(UNCERTAIN, plan_only=True, **options)
        desk = Desk(service, tmp_path)

        assert desk.run(UNCERTAIN) == NOT_CONFIRMED
        assert desk.questions == ["Use these columns? [y/N, or HEADER=TARGET] "]

    def test_that_cannot_be_made_says_which_columns_must_be_chosen(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(HARDLY_GUESSED, plan_only=True) == NOT_CONFIRMED
        assert "contacts.csv: CSV, UTF-8, 5 rows" in desk.text
        assert 'What "Phone" becomes must be confirmed. Use --map "Phone=TARGET".' in desk.text
        assert "Nothing was imported. The file waits at https://contacts.example/file-imports/" in desk.text
        assert desk.questions == []

    def test_that_cannot_be_made_says_in_which_column_the_order_of_dates_is_open(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(OPEN_DATES, plan_only=True) == NOT_CONFIRMED
        assert 'Dates in "Birthday" may begin with the day or the month. Use --date-order' in desk.text
        assert desk.questions == []

    def test_of_dates_is_made_in_the_order_of_the_command(self, service, tmp_path):
        assert Desk(service, tmp_path).run(OPEN_DATES, plan_only=True, date_order="day_first") == DONE


class TestACommit:
    @pytest.mark.parametrize("answer", ["y", "Y ", "yes"])
    def test_follows_a_confirmation(self, service, tmp_path, answer):
        desk = Desk(service, tmp_path, answer)

        assert desk.run(CARDS, "phone.vcf") == DONE
        assert ["2", "created"] in lines(desk.text)
        assert names(service) == ["Ada Lovelace", "Alan Turing"]

    def test_needs_no_question_with_yes(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(CARDS, "phone.vcf", yes=True) == DONE
        assert (desk.questions, len(names(service))) == ([], 2)

    def test_carries_the_tag(self, service, tmp_path):
        Desk(service, tmp_path).run(CARDS, "phone.vcf", yes=True, tag="iris-import")

        (contact, _) = service.get("/api/v1/contacts", who="ann").json["contacts"]
        details = service.get(f"/api/v1/contacts/{contact['contact_id']}", who="ann").json
        assert [source["tag"] for source in details["sources"]] == ["iris-import"]

    def test_with_conflicts_is_partly_done_and_says_where_they_wait(self, service, tmp_path):
        Desk(service, tmp_path).run(CARDS, "phone.vcf", yes=True)
        desk = Desk(service, tmp_path)

        assert desk.run(SAME_NUMBER, "other.vcf", yes=True) == PARTLY
        assert "The rows that wait for a decision: https://contacts.example/review" in desk.text

    def test_of_conflicts_alone_leaves_them_to_be_decided(self, service, tmp_path):
        Desk(service, tmp_path).run(CARDS, "phone.vcf", yes=True)
        desk = Desk(service, tmp_path, "y")
        conflict = SAME_NUMBER.partition("BEGIN:VCARD\nVERSION:3.0\nFN:Alan")[0]

        assert desk.run(conflict, "one.vcf") == PARTLY
        assert desk.questions == ["Import 0 new, change 0, and decide about 1 row later? [y/N] "]
        assert "The rows that wait for a decision: https://contacts.example/review" in desk.text

    def test_of_nothing_is_not_offered(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run("BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nEND:VCARD\n", "one.vcf") == DONE
        assert "There is nothing to import." in desk.text
        assert desk.questions == []

    def test_shows_its_progress(self, service, tmp_path):
        desk = Desk(service, tmp_path)
        desk.run(CARDS, "phone.vcf", yes=True)

        assert [line for line in lines(desk.text) if line[:1] == ["Importing"]][-1][-4:] == [
            "2", "of", "2", "completed"
        ]  # fmt: skip


class TestProgress:
    """Of a file of 20,000 rows, as plain lines."""

    def shown(self, *steps: tuple[PublishedState, int, int | None]) -> list[str]:
        output, states = io.StringIO(), iter(steps)
        command = ImportFile(
            SimpleNamespace(ask=lambda *_, **__: self.answer(*next(states))),
            Console(file=output, width=100),
            sleep=lambda _: None,
        )
        command._follow(self.answer(*next(states)).json())
        return [" ".join(line.split()) for line in output.getvalue().splitlines()]

    def answer(self, state: PublishedState, done: int, total: int | None) -> requests.Response:
        answer = requests.Response()
        answer.status_code = 200
        found = {"id": "x", "state": state, "progress": {"done": done, "total": total}, "waiting": None}
        answer._content = json.dumps(found).encode()
        return answer

    def test_has_no_total_while_the_file_is_read(self):
        reading, planning = PublishedState.READING, PublishedState.PLANNING

        assert self.shown((reading, 1_000, None), (reading, 9_000, None), (planning, 0, 20_000), PLANNED) == [
            "Reading 1,000 so far",
            "Reading 20,000 of 20,000 completed",
            "Planning 0 of 20,000",
            "Planning 20,000 of 20,000 completed",
        ]

    def test_says_all_once_at_the_end(self):
        planning = PublishedState.PLANNING

        assert self.shown((planning, 10_000, 20_000), (planning, 20_000, 20_000), PLANNED) == [
            "Planning 10,000 of 20,000",
            "Planning 20,000 of 20,000 completed",
        ]


PLANNED = (PublishedState.PLANNED, 0, 20_000)


class TestFailedRows:
    def test_are_stored_beside_the_file_and_can_be_corrected_there(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(WITH_NOBODY, yes=True) == PARTLY
        assert f"The rows that failed: {tmp_path / 'contacts-failed.csv'}" in desk.text
        with (tmp_path / "contacts-failed.csv").open(encoding="utf-8-sig", newline="") as stored:
            (row,) = csv.DictReader(stored)
        assert (row["First Name"], row["Job Title"], row["outcome"]) == ("", "Boss", "failed")

    def test_replace_no_other_file(self, service, tmp_path):
        (tmp_path / "contacts-failed.csv").write_text("mine")

        Desk(service, tmp_path).run(WITH_NOBODY, yes=True)
        assert (tmp_path / "contacts-failed.csv").read_text() == "mine"
        assert (tmp_path / "contacts-failed-2.csv").exists()

    def test_that_cannot_be_stored_end_the_command_as_partly_done(self, service, tmp_path):
        desk, directory = Desk(service, tmp_path), tmp_path / "gone"
        directory.mkdir()
        (directory / "contacts.csv").write_text(WITH_NOBODY)
        ask = desk.client.ask

        def while_it_goes(method: str, path: str, **more: Any) -> requests.Response:
            if path.endswith("/commit"):
                shutil.rmtree(directory)
            return ask(method, path, **more)

        desk.client.ask = while_it_goes
        with pytest.raises(PartFailed, match="cannot be written") as failed:
            desk.command(directory / "contacts.csv", Options(yes=True))
        assert failed.value.code == PARTLY


class TestColumns:
    def test_are_shown_and_asked_for_if_they_are_not_certain(self, service, tmp_path):
        desk = Desk(service, tmp_path, "y", "y")

        assert desk.run(UNCERTAIN) == DONE
        assert desk.questions[0] == "Use these columns? [y/N, or HEADER=TARGET] "
        assert "Irgendwas" in desk.shown_when_asked[0]
        assert "0170 1234567" in desk.shown_when_asked[0]
        assert names(service) == ["Ada", "Alan"]

    def test_that_are_not_confirmed_import_nothing(self, service, tmp_path):
        desk = Desk(service, tmp_path, "")

        assert desk.run(UNCERTAIN) == NOT_CONFIRMED
        assert (len(desk.questions), names(service)) == (1, [])

    def test_can_be_chosen_in_the_answer(self, service, tmp_path):
        desk = Desk(service, tmp_path, "Irgendwas=nickname", "y", "y")

        assert desk.run(UNCERTAIN) in (DONE, PARTLY)
        assert nicknames(service) == ["x", "y"]

    def test_can_be_chosen_in_the_command(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(UNCERTAIN, maps=["Irgendwas=nickname"], yes=True) == DONE
        assert nicknames(service) == ["x", "y"]
        assert "chosen" in desk.text

    def test_that_are_certain_are_not_asked_for(self, service, tmp_path):
        desk = Desk(service, tmp_path, "y")
        desk.run(TABLE)

        assert [question.partition(" ")[0] for question in desk.questions] == ["Import"]

    def test_that_do_not_exist_are_refused_with_those_that_do(self, service, tmp_path):
        with pytest.raises(PartFailed, match="Vorname, Irgendwas, Telefon"):
            Desk(service, tmp_path).run(UNCERTAIN, maps=["Mobile=phones.1"])

    def test_cannot_become_what_there_is_not(self, service, tmp_path):
        with pytest.raises(PartFailed, match="is not a field"):
            Desk(service, tmp_path).run(UNCERTAIN, maps=["Irgendwas=shoe_size"], yes=True)

    def test_of_cards_cannot_be_chosen(self, service, tmp_path):
        with pytest.raises(PartFailed, match="its format says what they mean"):
            Desk(service, tmp_path).run(CARDS, "phone.vcf", maps=["FN=nickname"])

    def test_with_dates_that_can_be_read_in_two_ways_are_asked_for_their_order(self, service, tmp_path):
        desk = Desk(service, tmp_path, "y", "d", "n")
        desk.run("Name;Telefon;Geburtstag\nAda Lovelace;0170 1234567;05/06/1990\nBob Ross;0171 1234567;07/08/1991\n")

        assert "Do dates in Geburtstag begin with the day or the month? [d/m] " in desk.questions

    def test_that_are_hardly_guessed_are_not_confirmed_by_yes(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(HARDLY_GUESSED, yes=True) == NOT_CONFIRMED
        assert 'Use --map "Phone=TARGET".' in desk.text
        assert names(service) == []

    def test_that_are_hardly_guessed_can_be_chosen_in_the_command(self, service, tmp_path):
        assert Desk(service, tmp_path).run(HARDLY_GUESSED, maps=["Phone=emails.1"], yes=True) in (DONE, PARTLY)

    def test_with_dates_of_an_open_order_are_not_confirmed_by_yes(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run(OPEN_DATES, yes=True) == NOT_CONFIRMED
        assert "Use --date-order" in desk.text

    @pytest.mark.parametrize(("order", "month"), [("day_first", 6), ("month_first", 5)])
    def test_take_the_order_of_dates_from_the_command(self, service, tmp_path, order, month):
        assert Desk(service, tmp_path).run(OPEN_DATES, yes=True, date_order=order) == DONE
        assert only(service)["birthday"]["month"] == month

    def test_with_dates_of_an_open_order_can_be_ignored(self, service, tmp_path):
        assert Desk(service, tmp_path).run(OPEN_DATES, yes=True, maps=["Birthday="]) == DONE


HARDLY_GUESSED = "Name,Phone\n" + "".join(f"Ada {name},{name}@example.com\n" for name in "abcd") + "Ada e,house\n"
OPEN_DATES = "Name,Birthday\nAda Lovelace,05/06/1990\n"


class TestSettings:
    def test_of_the_command_are_those_of_the_import(self, service, tmp_path):
        Desk(service, tmp_path).run(TABLE, plan_only=True, region="FR", match_by="number_and_name")

        (found,) = service.get("/api/v1/file-imports", who="ann").json["file_imports"]
        assert (found["region"], found["match_by"]) == ("FR", "number_and_name")

    def test_decide_the_encoding(self, service, tmp_path):
        desk = Desk(service, tmp_path)

        assert desk.run("First Name,Last Name\nЖанна,Ли\n".encode("cp1251"), encoding="cp1251", yes=True) == DONE
        assert "CP1251" in desk.text
        assert names(service) == ["Жанна Ли"]


def only(service: Service) -> Any:
    """The details of the only contact."""
    (contact,) = service.get("/api/v1/contacts", who="ann").json["contacts"]
    return service.get(f"/api/v1/contacts/{contact['contact_id']}", who="ann").json


def nicknames(service: Service) -> list[str]:
    return sorted(each["nickname"] for each in service.get("/api/v1/contacts", who="ann").json["contacts"])


class TestAFile:
    def test_that_cannot_be_read_fails_in_the_services_words(self, service, tmp_path):
        with pytest.raises(PartFailed, match="PDF") as failed:
            Desk(service, tmp_path).run(b"%PDF-1.7\n1 0 obj\n", "contacts.pdf")

        assert failed.value.code == FAILED

    def test_that_is_not_there_says_so(self, service, tmp_path):
        with pytest.raises(PartFailed, match="No such file"):
            Desk(service, tmp_path).command(tmp_path / "none.csv", Options())

    def test_too_large_for_a_request_is_uploaded_to_the_bucket(self, service, tmp_path):
        desk, content = Desk(service, tmp_path), CARDS.encode() + b"\n" * SENT_AT_ONCE
        ask, found = desk.client.ask, {}

        def with_bucket(method: str, path: str, **more: Any) -> requests.Response:
            """Answers the announcement, and receives the file when it has been uploaded."""
            if more.get("json", {}) and "size" in more["json"]:
                found.update(
                    ask("POST", path, params={"file_name": "phone.vcf"}, data=CARDS.encode(), headers=BINARY).json()
                )
                answer = requests.Response()
                answer.status_code = 201
                body = {**found, "upload": {"url": "https://bucket.example", "fields": {"key": "k"}}}
                answer._content = json.dumps(body).encode()
                return answer
            return (
                ask("GET", path.removesuffix("/uploaded")) if path.endswith("/uploaded") else ask(method, path, **more)
            )

        desk.client.ask = with_bucket
        assert desk.run(content, "phone.vcf", yes=True) == DONE
        assert desk.uploads == [("https://bucket.example", {"key": "k"}, len(content))]


BINARY = {"Content-Type": "application/octet-stream"}


class TestTheScreen:
    def test_obeys_nothing_that_a_file_says(self):
        shown = io.StringIO()
        column = {"header": "\x1b[31mName", "target": "given", "title": "", "confidence": 0.5}
        column["samples"] = ["[bold]Ada[/bold]", "\x07"]
        ImportScreen(Console(file=shown, width=100)).mapping([column], {"given": "First name"})

        assert "\x1b" not in shown.getvalue()
        assert "[bold]Ada[/bold]" in shown.getvalue()


class TestCommand:
    def test_takes_these_words(self):
        words = ["import", "a.csv", "--person", "ann", "--map", "A=given", "--map", "B=", "--tag", "crm", "--plan-only"]
        parsed = _parser().parse_args(words)

        assert (parsed.file, parsed.person, parsed.map, parsed.tag) == (Path("a.csv"), "ann", ["A=given", "B="], "crm")
        assert (parsed.plan_only, parsed.yes) == (True, False)
        assert (parsed.region, parsed.match_by, parsed.encoding, parsed.date_order) == ("", "", "", "")

    def test_takes_the_settings_of_an_import(self):
        about_file = ["--encoding", "cp1252", "--date-order", "day_first"]
        settings = ["--region", "DE", "--match-by", "number_and_name", *about_file]
        parsed = _parser().parse_args(["import", "a.csv", "--person", "ann", *settings])

        assert (parsed.region, parsed.match_by) == ("DE", "number_and_name")
        assert (parsed.encoding, parsed.date_order) == ("cp1252", "day_first")

    @pytest.mark.parametrize("words", [[], ["a.csv"], ["--person", "ann"], ["a.csv", "--person", "ann", "--map", "A"]])
    def test_refuses_what_it_cannot_do(self, words):
        with pytest.raises(SystemExit) as ended:
            _parser().parse_args(["import", *words])

        assert ended.value.code == 2

    def test_follows_an_import_in_every_state_that_changes_by_itself(self):
        waiting = {"uploading", "needs_mapping", "planned", "completed", "partial", "failed", "canceled"}
        assert set(WORKING) == set(PublishedState) - waiting
