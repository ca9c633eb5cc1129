"""The policy files match the declared permissions, and a call without a permission is detected."""

import re

import botocore.session
import pytest

from infra.added_template import added_template
from infra.iam_policies import PERMISSIONS, disallowed_calls, policies, policy_of
from local.aws_calls import Call, Recorder, actions, read_calls, running
from local.embedded_aws.resources import Names

NAMES = Names()


@pytest.mark.parametrize("function", sorted(policies()))
def test_the_policy_file_is_made_of_what_the_code_declares(function):
    """Otherwise run `python -m infra policies`."""
    assert policies()[function] == policy_of(function)


@pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda permission: permission.resource)
def test_every_permission_is_for_functions_and_resources_of_the_template(permission):
    template = added_template()
    resources, parameters = (
        {*template["Resources"], "Key"},
        {*template["Parameters"], "AWS::Partition", "AWS::AccountId"},
    )

    if permission.resource.startswith("arn:"):
        assert set(re.findall(r"\$\{(.+?)\}", permission.resource)) <= parameters
    else:
        assert permission.resource.partition("/")[0] in resources
    assert set(permission.functions) <= set(policies())


class TestDisallowedCalls:
    def test_an_allowed_call_is_not_reported(self):
        assert disallowed_calls([Call("api_handler", "dynamodb:GetItem", "JobsTable")]) == []

    def test_an_undeclared_action_is_reported(self):
        call = Call("api_handler", "dynamodb:Scan", "JobsTable")

        assert disallowed_calls([call]) == [call]

    def test_an_allowed_action_on_another_resource_is_reported(self):
        call = Call("process_imports", "s3:PutObject", "BlobsBucket/elsewhere/1")

        assert disallowed_calls([call, Call("process_imports", "s3:PutObject", "BlobsBucket/pages/1")]) == [call]

    def test_a_function_without_a_policy_may_do_nothing(self):
        call = Call("stranger", "dynamodb:GetItem", "JobsTable")

        assert disallowed_calls([call]) == [call]

    def test_the_bucket_is_listed_by_folder(self):
        call = Call("start_job", "s3:ListBucket", "BlobsBucket")

        assert disallowed_calls([call, Call("start_job", "s3:ListBucket", "BlobsBucket/pages/*")]) == [call]


class TestEmails:
    def test_only_the_functions_that_run_the_schedule_send_them_and_from_one_identity_alone(self):
        senders = {name: policy for name, policy in policies().items() if "ses:" in str(policy)}
        statements = [each for policy in senders.values() for each in policy["Statement"] if "ses:" in str(each)]

        assert set(senders) == {"api_handler", "process_imports"}
        assert {action for each in statements for action in each["Action"]} == {"ses:SendEmail"}
        assert not any(each["Resource"] == "*" or str(each["Resource"]).endswith(":*'}]") for each in statements)

    def test_a_call_of_ses_is_one_of_the_identity(self):
        (called,) = actions("sesv2", "SendEmail", {"FromEmailAddress": "contacts@example.com"}, NAMES)

        assert disallowed_calls([Call(function, *called) for function in policies()]) == [Call("start_job", *called)]


class TestDownloads:
    @pytest.mark.parametrize("action", ["s3:PutObject", "s3:GetObject"])
    def test_only_the_api_makes_them_and_signs_links_to_them(self, action):
        calls = [Call(function, action, "BlobsBucket/exports/*") for function in policies()]

        assert {call.function for call in disallowed_calls(calls)} == {"process_imports", "start_job"}

    def test_every_function_that_erases_a_person_may_delete_them(self):
        calls = [Call(function, "s3:DeleteObject", "BlobsBucket/exports/*") for function in policies()]

        assert disallowed_calls(calls) == []

    def test_no_function_reads_a_raw_page(self):
        calls = [Call(function, "s3:GetObject", "BlobsBucket/pages/*") for function in policies()]

        assert len(disallowed_calls(calls)) == len(calls)


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
        needed = actions("dynamodb", "Query", {"TableName": "jobs", "IndexName": "due"}, NAMES)

        assert needed == {("dynamodb:Query", "JobsTable/index/due")}

    def test_a_batch_needs_its_own_action_on_every_table_in_it(self):
        needed = actions("dynamodb", "BatchWriteItem", {"RequestItems": {"jobs": [], "contacts": []}}, NAMES)

        assert needed == {("dynamodb:BatchWriteItem", "JobsTable"), ("dynamodb:BatchWriteItem", "ContactsTable")}

    def test_calls_are_named_as_in_policies(self):
        needed = actions("s3", "ListObjectsV2", {"Bucket": "blobs", "Prefix": "pages/one/"}, NAMES)

        assert needed == {("s3:ListBucket", "BlobsBucket/pages/*")}

    @pytest.mark.parametrize("operation", ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"])
    def test_an_upload_in_parts_needs_the_permission_to_put_the_object(self, operation):
        needed = actions("s3", operation, {"Bucket": "blobs", "Key": "imports/acme/1/a.csv"}, NAMES)

        assert needed == {("s3:PutObject", "BlobsBucket/imports/*")}

    def test_an_object_is_named_by_its_top_folder(self):
        needed = actions("s3", "PutObject", {"Bucket": "blobs", "Key": "pages/one/1"}, NAMES)

        assert needed == {("s3:PutObject", "BlobsBucket/pages/*")}

    def test_objects_that_are_deleted_together_are_recognized(self):
        needed = actions("s3", "DeleteObjects", {"Bucket": "blobs", "Delete": {"Objects": [{"Key": "pages/1"}]}}, NAMES)

        assert needed == {("s3:DeleteObject", "BlobsBucket/pages/*")}


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

        assert read_calls(tmp_path) == {Call("start_job", "dynamodb:GetItem", "JobsTable")}

    def test_a_call_whose_function_is_not_known_belongs_to_every_function_of_the_process(self, tmp_path):
        self.ask(Recorder(tmp_path, ["process_imports", "start_job"], NAMES))

        assert {call.function for call in read_calls(tmp_path)} == {"process_imports", "start_job"}

    def test_a_form_needs_the_permission_to_upload(self, tmp_path):
        session = botocore.session.Session()
        session.set_credentials("test", "test")
        Recorder(tmp_path, ["api_handler"], NAMES).watch(session)

        session.create_client("s3", region_name="us-east-1").generate_presigned_post("blobs", "uploads/one/1")

        assert read_calls(tmp_path) == {Call("api_handler", "s3:PutObject", "BlobsBucket/uploads/*")}

    def test_the_same_call_again_is_noted_once(self, tmp_path):
        recorder = Recorder(tmp_path, ["api_handler"], NAMES)

        self.ask(recorder)
        self.ask(recorder)

        assert sum(len(path.read_text().splitlines()) for path in tmp_path.iterdir()) == 1


class _Answer:
    status_code = 200
