"""The list of bulk runs and cleanups, and canceling one."""

from tests.routes.bulk import ADA, BOB, BULK, book, clean_up, create_contacts, start_create, work


class TestAllOfThem:
    def test_both_kinds_are_listed_newest_first_with_their_kind(self, service):
        job = create_contacts(service, ADA, client_source="ios")
        service.clock.sleep(1)
        clean_up(service, bulk_create_job_id=job["job_id"])
        service.clock.sleep(1)
        start_create(service, BOB, client_source="web")

        def listed(query: str = "") -> list[tuple[str, str]]:
            jobs = service.get(f"{BULK}{query}", who="ann").json["jobs"]
            return [(each["kind"], each["status"]) for each in jobs]

        assert listed() == [("create", "queued"), ("cleanup", "completed"), ("create", "completed")]
        assert listed("?kind=cleanup") == [("cleanup", "completed")]
        assert listed("?state=queued") == [("create", "queued")]
        assert listed("?client_source=ios") == [("create", "completed")]
        assert service.get(BULK, who="bob").json["jobs"] == []

    def test_they_come_in_pages(self, service):
        for _ in range(3):
            start_create(service, ADA)
            service.clock.sleep(1)
        first = service.get(f"{BULK}?limit=2", who="ann").json
        second = service.get(f"{BULK}?limit=2&cursor={first['next_cursor']}", who="ann").json

        assert (len(first["jobs"]), len(second["jobs"]), second["next_cursor"]) == (2, 1, None)

    def test_one_can_be_canceled_until_it_has_ended(self, service):
        job_id = start_create(service, ADA).json["job_id"]

        canceled = service.post(f"{BULK}/{job_id}/cancel", who="ann")
        work(service)
        done = create_contacts(service, BOB)["job_id"]

        assert (canceled.status, canceled.json["status"]) == (200, "canceled")
        assert set(book(service)) == {"Bob"}
        assert service.post(f"{BULK}/{done}/cancel", who="ann").status == 409

    def test_an_erasure_deletes_the_submitted_lists(self, service):
        start_create(service, ADA)
        service.ask("DELETE", "/api/v1/me", who="ann")
        work(service)

        assert service.bucket.kept == {}
