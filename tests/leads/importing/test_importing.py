"""Files of leads are imported, whatever they are like, and every row gets its place in a result file."""

import gzip
import random

import pytest

from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.pinned_object import Pinned
from chalicelib.jobs.job import JobState
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.lead import Profile
from tests.fakes.blobs import FakeBlobs
from tests.fakes.tables import empty_tables
from tests.leads.faulty import ThrottlesStatements
from tests.leads.importing.import_desk import ImportDesk, csv_of, with_limits

HEADERS = ("Phone", "Name", "E-mail", "City")


def row(number: int, name: str = "Ann", email: str = "", city: str = "") -> tuple[str, ...]:
    return f"+49170{number:07d}", name, email, city


@pytest.fixture
def desk() -> ImportDesk:
    return ImportDesk()


class TestOutcomes:
    def test_new_people_become_leads(self, desk):
        job = desk.imported(csv_of(HEADERS, [row(1, "Ann", "ann@x.example", "Lima"), row(2, "Bob")]), tags=["spring"])

        assert (job.state, dict(job.counts)["created"]) == (JobState.COMPLETED, 2)
        leads = desk.by_form()
        assert leads["+491700000001"].profile == Profile(
            "Ann", "ann@x.example", "+491700000001", {"City": "Lima"}, ("spring",)
        )
        assert leads["+491700000002"].source == job.job_id
        assert [(line["row"], line["Name"]) for line in desk.result(job, "created")] == [("2", "Ann"), ("3", "Bob")]
        assert desk.result(job, "created")[0]["lead_id"] == leads["+491700000001"].id

    def test_a_result_file_that_was_mended_gives_the_values_of_the_first_file(self, desk):
        failed = desk.imported(csv_of(("Phone", "Name", "=Mood"), [("nobody", "=Ann", "-1")]))
        result = desk.blobs.find(f"{folder_of('acme', failed.job_id)}results/failed.csv")

        again = desk.imported(result.replace(b"nobody", b"+491700000001"))

        assert desk.by_form()["+491700000001"].profile == Profile("=Ann", "", "+491700000001", {"=Mood": "-1"})
        assert desk.result(again, "created")[0]["Name"] == "'=Ann"

    def test_a_canceled_import_still_says_how_many_rows_its_file_has(self, desk):
        job = desk.start(csv_of(HEADERS, [row(number) for number in range(5)]))

        def cancel_when_it_is_cut() -> None:
            if desk.jobs.get(job.job_id).estimate is not None:
                desk.parts.stop(ImportDetails.of(job), job.job_id, "canceled")

        ended = desk.run(job, between=cancel_when_it_is_cut)

        assert (ended.state, ended.counts.read, ended.estimate) == (JobState.CANCELED, 0, 5)

    def test_a_second_import_changes_nothing(self, desk):
        content = csv_of(HEADERS, [row(number, f"P {number}") for number in range(30)])
        desk.imported(content)
        before = desk.all_leads()

        job = desk.imported(content)

        assert job.counts["unchanged"] == 30
        assert desk.all_leads() == before

    def test_rows_fill_or_overwrite_what_there_is_or_keep_it(self, desk):
        desk.imported(csv_of(HEADERS, [row(1, "Ann", "", "Lima")]))
        changed = csv_of(HEADERS, [row(1, "Anna", "ann@x.example", "Oslo")])

        kept = desk.imported(changed, on_existing=OnExisting.KEEP)
        filled = desk.imported(changed, on_existing_fields={"custom": OnExisting.KEEP})
        after_filling = desk.all_leads()[0].profile
        overwritten = desk.imported(changed, on_existing=OnExisting.OVERWRITE)

        assert (kept.counts["unchanged"], filled.counts["updated"], overwritten.counts["updated"]) == (1, 1, 1)
        assert after_filling == Profile("Ann", "ann@x.example", "+491700000001", {"City": "Lima"})
        assert desk.all_leads()[0].profile == Profile("Anna", "ann@x.example", "+491700000001", {"City": "Oslo"})

    def test_bad_rows_tell_their_reason_and_stop_nothing(self, desk):
        rows = [row(1), ("911", "Police", "", ""), ("", "Nobody", "", ""), ("", "", "", ""), row(2)]

        job = desk.imported(csv_of(HEADERS, rows))

        assert job.state is JobState.PARTIAL
        assert (job.counts["created"], job.counts["failed"], job.counts.read) == (2, 2, 4)
        failed = desk.result(job, "failed")
        assert [(line["row"], line["column"], line["Name"]) for line in failed] == [
            ("3", "Phone", "Police"),
            ("4", "Phone", "Nobody"),
        ]
        assert all(line["reason"] for line in failed)

    def test_the_first_row_of_a_person_wins_and_later_ones_name_it(self, desk):
        rows = [row(number % 40, f"P {number}") for number in range(160)]

        job = desk.imported(csv_of(HEADERS, rows))

        assert (job.counts["created"], job.counts["skipped"]) == (40, 120)
        assert {lead.profile.name for lead in desk.all_leads()} == {f"P {number}" for number in range(40)}
        first = desk.result(job, "skipped")[0]
        assert (first["row"], first["reason"], first["duplicate_of_row"]) == ("42", "duplicate_in_file", "2")
        assert {line["duplicate_of_row"] for line in desk.result(job, "skipped")} == {str(n) for n in range(2, 42)}

    def test_a_cell_with_several_numbers_gives_a_lead_all_of_them_whatever_the_lanes(self):
        cells = ["+491700000001; +491700000002", "+491700000003", "+491700000002 / +491700000001", "+491700000003"] * 20
        desk = with_limits(lanes=8)

        job = desk.imported(csv_of(("WhatsApp", "Name"), [(cell, f"P {number}") for number, cell in enumerate(cells)]))

        assert {lead.profile.name: len(lead.identities) for lead in desk.all_leads()} == {"P 0": 2, "P 1": 1}
        assert (job.counts["created"], job.counts["skipped"]) == (2, 78)

    def test_a_row_with_the_first_such_cell_far_behind_the_beginning_fails_and_its_result_file_is_imported(self, desk):
        rows = [row(number, city="x" * 1_000) for number in range(300)]
        both = ("+491700000400; +491700000401", "Ann", "", "")
        job = desk.imported(csv_of(HEADERS, [*rows, both]))
        result = desk.blobs.find(f"{folder_of('acme', job.job_id)}results/failed.csv")

        again = desk.imported(result)

        assert (job.counts["created"], desk.result(job, "failed")[0]["reason"]) == (300, "several_values")
        assert again.counts["created"] == 1
        assert len(desk.by_form()["+491700000400"].identities) == 2

    def test_of_a_file_with_many_columns_only_rows_with_too_many_values_fail(self, desk):
        fields = [f"Field {number}" for number in range(60)]
        rows = [["+491700000001", *["x"] * 50, *[""] * 10], ["+491700000002", *["x"] * 51, *[""] * 9]]

        job = desk.imported(csv_of(["Phone", *fields], rows))

        assert (job.counts["created"], job.counts["failed"]) == (1, 1)
        assert desk.result(job, "failed")[0]["reason"] == "too_many"

    def test_a_row_with_identities_of_two_leads_is_ambiguous(self, desk):
        headers = ("WhatsApp", "Telegram ID", "Name")
        rows = [
            ("+491700000001", "", "Ann"),
            ("", "12345", "Bob"),
            ("+491700000001", "12345", "?"),
            ("+491700000002", "777", "C"),
        ]

        job = desk.imported(csv_of(headers, rows))

        assert (job.state, job.counts["created"], job.counts["ambiguous"]) == (JobState.PARTIAL, 3, 1)
        (line,) = desk.result(job, "ambiguous")
        assert sorted(line["lead_id"].split()) == sorted(
            lead.id for lead in desk.all_leads() if lead.profile.name in "AnnBob"
        )
        assert {len(lead.identities) for lead in desk.all_leads()} == {1, 2}

    def test_all_spellings_of_a_number_are_one_person(self, desk):
        rows = [("+55 11 98765-4321", "A", "", ""), ("+551187654321", "B", "", ""), ("5511987654321", "C", "", "")]

        job = desk.imported(csv_of(HEADERS, rows), region="BR")

        assert (job.counts["created"], job.counts["skipped"]) == (1, 2)


class TestThrottling:
    """DynamoDB throttles single statements of a batch: its response of status 200 says so for each of them."""

    @pytest.mark.parametrize("share", [0.1, 0.5])
    def test_statements_are_sent_again_and_nothing_is_lost(self, share):
        client = ThrottlesStatements(empty_tables(), random.Random(5), share)
        throttled, calm = ImportDesk(client=client), ImportDesk()
        known = csv_of(HEADERS, [row(number, "") for number in range(20)])
        rows = [row(number % 50, f"P {number}") for number in range(120)]

        for desk in (throttled, calm):
            desk.imported(known)
        jobs = [desk.imported(csv_of(HEADERS, rows)) for desk in (throttled, calm)]

        assert client.throttled > 5
        assert jobs[0].state is JobState.COMPLETED
        assert dict(jobs[0].counts) == dict(jobs[1].counts) == {**dict(jobs[1].counts), "created": 30, "updated": 20}
        assert [(lead.id, lead.profile, lead.stamp.row) for lead in throttled.all_leads()] == [
            (lead.id, lead.profile, lead.stamp.row) for lead in calm.all_leads()
        ]

    def test_an_import_goes_on_when_all_of_them_were_throttled_for_a_while(self):
        client = ThrottlesStatements(empty_tables(), random.Random(5), 1.0)
        desk = ImportDesk(client=client)
        job = desk.start(csv_of(HEADERS, [row(number) for number in range(30)]))

        def calm_down() -> None:
            client.share = 1.0 if client.throttled < 300 else 0.0

        ended = desk.run(job, between=calm_down)

        assert (ended.state, ended.counts["created"]) == (JobState.COMPLETED, 30)
        assert client.throttled >= 300


class ChangingBlobs(FakeBlobs):
    """Blobs that somebody replaces after some reads."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def read_range(self, pinned: Pinned, start: int, end: int) -> bytes:
        self._left -= 1
        if not self._left:
            self.put(pinned.key, b"other")
        return super().read_range(pinned, start, end)


class TestFiles:
    @pytest.mark.parametrize("lanes", [1, 2, 8])
    def test_any_number_of_lanes_gives_the_same_files(self, lanes):
        rows = [row(number * 7 % 90, f'P "{number}"\n{number % 3}', "", "Lima, Peru") for number in range(200)]
        results = []
        for desk in (with_limits(lanes=1), with_limits(lanes=lanes)):
            job = desk.imported(csv_of(HEADERS, rows))
            results.append([desk.result(job, outcome) for outcome in ("created", "skipped", "failed")])
        assert results[0] == results[1]
        assert len(results[0][0]) == 90

    def test_a_packed_file_is_unpacked(self, desk):
        content = csv_of(HEADERS, [row(number) for number in range(100)])

        assert desk.imported(gzip.compress(content.encode(), mtime=0)).counts["created"] == 100

    @pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
    def test_tabs_byte_order_marks_and_windows_1252_are_read(self, desk, prefix):
        text = csv_of(HEADERS, [row(1, "J\u00f6rg", "", "K\u00f6ln")], "\t")

        desk.imported(prefix + text.encode("cp1252" if not prefix else "utf-8"))

        assert desk.all_leads()[0].profile.name == "J\u00f6rg"

    def test_a_file_without_rows_is_done_at_once(self, desk):
        job = desk.imported("Phone,Name\n")

        assert (job.state, job.counts.read) == (JobState.COMPLETED, 0)
        assert desk.result(job, "created") == []

    def test_a_file_that_changes_fails_the_import(self, desk):
        job = desk.start(csv_of(HEADERS, [row(number) for number in range(100)]))
        desk.upload("Phone\n+491700000001\n")

        job = desk.run(job)

        assert (job.state, job.error_code) == (JobState.FAILED, "file_changed")
        assert desk.all_leads() == []

    def test_a_file_that_changes_while_it_is_read_fails_the_import_cleanly(self):
        content = csv_of(HEADERS, [row(number) for number in range(300)])
        desk = ImportDesk(blobs=ChangingBlobs(after=len(content) // 64 + 20))

        job = desk.imported(content)

        assert 0 < len(desk.all_leads()) < 300
        assert (job.state, job.error_code) == (JobState.FAILED, "file_changed")
        assert len(desk.all_leads()) == job.counts["created"] == len(desk.result(job, "created"))

    def test_an_open_quotation_mark_fails_the_import_before_it_begins(self):
        desk = with_limits(block=1 << 16)

        job = desk.imported('Phone,Name\n+491700000001,"Ann\n' + "+491700000002,Bob\n" * 70_000)

        assert (job.state, job.error_code) == (JobState.FAILED, "row_too_long")
        assert "Row 2" in (job.error or "")
        assert desk.all_leads() == []

    def test_a_file_has_a_limited_number_of_rows(self):
        rows = [row(number) for number in range(30)]

        assert with_limits(rows=30).imported(csv_of(HEADERS, rows)).state is JobState.COMPLETED
        assert with_limits(rows=29).imported(csv_of(HEADERS, rows)).error_code == "too_many_rows"
        packed = gzip.compress(csv_of(HEADERS, rows).encode(), mtime=0)
        assert with_limits(rows=29).imported(packed).error_code == "too_many_rows"


class TestDryRun:
    def test_it_counts_what_an_import_would_do_and_writes_nothing(self, desk):
        desk.imported(csv_of(HEADERS, [row(number, "") for number in range(10)]))
        before = desk.all_leads()
        rows = [row(number % 50, f"P {number}") for number in range(160)] + [("911", "", "", "")]
        content = csv_of(HEADERS, rows)

        dry = desk.imported(content, dry_run=True)

        assert desk.all_leads() == before
        real = desk.imported(content)
        assert dict(dry.counts) == dict(real.counts)
        assert desk.result(dry, "created") == [
            {**line, "lead_id": line["lead_id"]} for line in desk.result(real, "created")
        ]
        assert len(desk.result(dry, "skipped")) == 100


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            ("", "empty"),
            ("Name\nAnn\n", "no_identity"),
            ("\n\n", "no_headers"),
            ("Phone\n".encode("utf-32"), "wrong_encoding"),
            (b"\x1f\x8bno gzip", "damaged_archive"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, desk, content, code):
        with pytest.raises(InvalidInput) as refused:
            desk.start(content)
        assert refused.value.members["code"] == code

    @pytest.mark.parametrize("key", ["imports/acme2/a.csv", "imports/acme", "uploads/acme/a.csv", "imports/ACME/a.csv"])
    def test_a_file_of_somebody_else(self, desk, key):
        desk.upload("Phone\n", key)
        with pytest.raises(InvalidInput):
            desk.start(key=key)

    def test_a_file_that_is_not_there(self, desk):
        with pytest.raises(NotFound):
            desk.start()

    def test_a_file_that_is_too_large(self):
        with pytest.raises(InvalidInput) as refused:
            with_limits(size=5).start("Phone\n")
        assert refused.value.members["code"] == "too_large"
