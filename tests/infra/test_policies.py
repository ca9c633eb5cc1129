"""Calls are told apart by function, and those beyond a function's policy are found."""

import botocore.session
import pytest

from infra.iam_policies import Call, allowed, beyond, policies
from local.aws_calls import Recorder, actions, recorded, running
from local.embedded_aws.resources import Names

NAMES = Names()


class TestBeyond:
    def test_what_a_policy_allows_is_not_beyond_it(self):
        assert beyond([Call("api_handler", "dynamodb:GetItem", "JobsTable")]) == []

    def test_an_action_the_policy_does_not_name_is(self):
        call = Call("api_handler", "dynamodb:Scan", "JobsTable")

        assert beyond([call]) == [call]

    def test_so_is_an_allowed_action_on_another_resource(self):
        call = Call("process_imports", "s3:PutObject", "BlobsBucket/elsewhere/1")

        assert beyond([call, Call("process_imports", "s3:PutObject", "BlobsBucket/pages/1")]) == [call]

    def test_a_function_without_a_policy_may_do_nothing(self):
        call = Call("stranger", "dynamodb:GetItem", "JobsTable")

        assert beyond([call]) == [call]

    @pytest.mark.parametrize("function", sorted(policies()))
    def test_every_policy_can_be_read(self, function):
        assert allowed(policies()[function])


class TestDownloads:
    @pytest.mark.parametrize("action", ["s3:PutObject", "s3:GetObject"])
    def test_only_the_api_makes_them_and_signs_links_to_them(self, action):
        calls = [Call(function, action, "BlobsBucket/exports/*") for function in policies()]

        assert {call.function for call in beyond(calls)} == {"process_imports", "start_job"}

    def test_whoever_erases_a_person_may_delete_theirs(self):
        assert beyond(Call(function, "s3:DeleteObject", "BlobsBucket/exports/*") for function in policies()) == []

    def test_nobody_reads_a_raw_page(self):
        calls = [Call(function, "s3:GetObject", "BlobsBucket/pages/*") for function in policies()]

        assert len(beyond(calls)) == len(calls)


class TestActions:
    def test_a_transaction_needs_what_each_of_its_writes_needs(self):
        writes = [
            {"Put": {"TableName": "contacts"}},
            {"Update": {"TableName": "jobs"}},
            {"ConditionCheck": {"TableName": "jobs"}},
            {"Delete": {"TableName": "people"}},
        ]

        assert actions("dynamodb", "TransactWriteItems", {"TransactItems": writes}, NAMES) == {
            ("dynamodb:PutItem", "ContactsTable"),
            ("dynamodb:UpdateItem", "JobsTable"),
            ("dynamodb:ConditionCheckItem", "JobsTable"),
            ("dynamodb:DeleteItem", "ConnectionsTable"),
        }

    def test_a_query_of_an_index_is_no_query_of_its_table(self):
        asked = actions("dynamodb", "Query", {"TableName": "jobs", "IndexName": "due"}, NAMES)

        assert asked == {("dynamodb:Query", "JobsTable/index/due")}

    def test_a_batch_needs_its_own_action_on_every_table_in_it(self):
        asked = actions("dynamodb", "BatchWriteItem", {"RequestItems": {"jobs": [], "contacts": []}}, NAMES)

        assert asked == {("dynamodb:BatchWriteItem", "JobsTable"), ("dynamodb:BatchWriteItem", "ContactsTable")}

    def test_calls_that_policies_know_under_another_name_are_told_by_that(self):
        assert actions("s3", "ListObjectsV2", {"Bucket": "blobs"}, NAMES) == {("s3:ListBucket", "BlobsBucket")}

    def test_an_object_is_told_by_its_uppermost_folder(self):
        asked = actions("s3", "PutObject", {"Bucket": "blobs", "Key": "pages/one/1"}, NAMES)

        assert asked == {("s3:PutObject", "BlobsBucket/pages/*")}

    def test_so_are_objects_that_are_deleted_together(self):
        asked = actions("s3", "DeleteObjects", {"Bucket": "blobs", "Delete": {"Objects": [{"Key": "pages/1"}]}}, NAMES)

        assert asked == {("s3:DeleteObject", "BlobsBucket/pages/*")}


class TestRecorder:
    """The call is answered before it leaves this process, after it was noted."""

    def ask(self, recorder):
        session = botocore.session.Session()
        session.set_credentials("test", "test")
        recorder.watch(session)
        client = session.create_client("dynamodb", region_name="us-east-1")
        client.meta.events.register("before-call", lambda **_: (_Answer(), {}))
        client.get_item(TableName="jobs", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})

    def test_a_call_belongs_to_the_function_that_runs(self, tmp_path):
        recorder = Recorder(tmp_path, ["process_imports", "start_job"], NAMES)

        with running("start_job"):
            self.ask(recorder)

        assert recorded(tmp_path) == {Call("start_job", "dynamodb:GetItem", "JobsTable")}

    def test_a_call_whose_function_is_not_known_belongs_to_every_function_of_the_process(self, tmp_path):
        self.ask(Recorder(tmp_path, ["process_imports", "start_job"], NAMES))

        assert {call.function for call in recorded(tmp_path)} == {"process_imports", "start_job"}

    def test_the_same_call_again_is_noted_once(self, tmp_path):
        recorder = Recorder(tmp_path, ["api_handler"], NAMES)

        self.ask(recorder)
        self.ask(recorder)

        assert sum(len(path.read_text().splitlines()) for path in tmp_path.iterdir()) == 1


class _Answer:
    status_code = 200
