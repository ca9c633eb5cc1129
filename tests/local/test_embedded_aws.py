"""What the embedded AWS keeps, and what the launcher needs of ministack's private parts."""

import asyncio
import errno
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from chalicelib.tables.keys import TABLES
from local.embedded_aws.launcher import TOO_SLOW, SnapshotKeeper, code_of, reason
from local.embedded_aws.resources import Names, create_everything, create_table, schema
from local.embedded_aws.server import EmbeddedAws
from local.embedded_aws.snapshots import Snapshots
from local.embedded_aws.write_watch import WriteWatch, may_write
from local.processes import PartFailed

LAST_SECONDS = 10.0  # what a kill may lose


def clients(aws: EmbeddedAws):
    return lambda service: aws.client(service)


def put(aws: EmbeddedAws, number: int) -> None:
    """One thing in two tables at once, so that a snapshot in which they differ would show."""
    row = {"pk": {"S": f"row#{number}"}, "sk": {"S": "it"}}
    aws.client("dynamodb").transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": row}} for table in ("jobs", "others")]
    )


def count_items(aws: EmbeddedAws, table: str) -> int:
    return aws.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"]


def two_tables(aws: EmbeddedAws) -> None:
    for table in ("jobs", "others"):
        aws.client("dynamodb").create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )


def wait_for_snapshot(home: Path, of: int) -> None:
    """Until the current snapshot holds that row."""
    until, row = time.monotonic() + LAST_SECONDS, f'"row#{of}"'
    while row not in text_of(home / "current" / "dynamodb.json"):
        assert time.monotonic() < until, "no snapshot within the seconds that a kill may lose"
        time.sleep(0.05)


def text_of(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # there is none yet, or the next one takes its place at this moment
        return ""


@pytest.mark.ministack
class TestKeeping:
    def test_a_clean_stop_keeps_everything(self, tmp_path):
        with EmbeddedAws(home=tmp_path) as aws:
            queue = create_everything(clients(aws), Names())
            aws.client("sqs").send_message(QueueUrl=queue, MessageBody="later")
            aws.client("s3").put_object(Bucket=Names.bucket, Key="page", Body=b"\x00raw")
            aws.client("dynamodb").put_item(TableName="jobs", Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
            sealed = aws.client("kms").encrypt(KeyId=Names.key_alias, Plaintext=b"token")["CiphertextBlob"]

        with EmbeddedAws(home=tmp_path, port=aws.port) as again:
            queue_again = create_everything(clients(again), Names())

            assert queue_again == queue
            assert count_items(again, "jobs") == 1
            assert again.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"token"
            assert again.client("s3").get_object(Bucket=Names.bucket, Key="page")["Body"].read() == b"\x00raw"
            assert again.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "later"

    def test_a_kill_loses_the_last_seconds_at_most_and_never_half_a_transaction(self, tmp_path):
        with EmbeddedAws(home=tmp_path) as aws:
            two_tables(aws)
            for number in range(101):
                put(aws, number)
            wait_for_snapshot(tmp_path, of=100)
            put(aws, 101)  # as good as surely too late for a snapshot
            aws.process.kill()

        with EmbeddedAws(home=tmp_path) as again:
            assert count_items(again, "jobs") == count_items(again, "others")
            assert count_items(again, "jobs") >= 101

    def test_two_of_them_do_not_share_a_directory(self, tmp_path, capfd):
        with EmbeddedAws(home=tmp_path), pytest.raises(PartFailed), EmbeddedAws(home=tmp_path):
            pass

        assert "Another embedded AWS is using" in capfd.readouterr().err

    def test_a_port_in_use_is_reported_in_a_sentence(self, ministack):
        with pytest.raises(PartFailed, match=f"Port {ministack.port} is taken"), EmbeddedAws(port=ministack.port):
            pass


class TestSnapshots:
    def test_a_snapshot_that_fails_halfway_leaves_the_one_before(self, tmp_path):
        snapshots = Snapshots(tmp_path)
        snapshots.write(lambda directory: (directory / "it").write_text("whole"))

        def torn(directory: Path) -> None:
            (directory / "it").write_text("ha")
            raise OSError("killed")

        with pytest.raises(OSError, match="killed"):
            snapshots.write(torn)

        assert (snapshots.current / "it").read_text() == "whole"

    def test_the_next_start_removes_what_a_kill_left_half_written(self, tmp_path):
        snapshots = Snapshots(tmp_path)
        snapshots.write(lambda directory: (directory / "it").write_text("whole"))
        (tmp_path / "state-7").mkdir()

        snapshots.tidy()

        assert [found.name for found in tmp_path.glob("state-*")] == ["state-1"]
        assert (snapshots.current / "it").read_text() == "whole"

    def test_a_writer_that_lost_its_parent_changes_nothing(self, tmp_path):
        snapshots = Snapshots(tmp_path)
        snapshots.write(lambda directory: (directory / "it").write_text("old"))

        snapshots.write(lambda directory: (directory / "it").write_text("new"), if_still=lambda: False)

        assert (snapshots.current / "it").read_text() == "old"


class TestASnapshotThatFails:
    """Nothing more is accepted from then on, until one can be written again."""

    def keeper(self, home: Path) -> tuple[SnapshotKeeper, WriteWatch]:
        watch = WriteWatch(app=None)
        return SnapshotKeeper(Snapshots(home), watch), watch

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
    def test_its_reason_is_what_every_request_is_refused_with(self, tmp_path, number):
        keeper, watch = self.keeper(tmp_path)

        keeper.child_exited(code_of(OSError(number, os.strerror(number))))

        assert watch.storage_problem == os.strerror(number)
        assert watch.dirty, "it is tried again"

    def test_one_whose_reason_the_system_does_not_know_refers_to_the_log(self, tmp_path):
        keeper, watch = self.keeper(tmp_path)

        keeper.child_exited(code_of(RuntimeError("the state of sqs could not be written")))

        assert watch.storage_problem == "it could not be written; see the log"

    def test_the_next_that_is_written_ends_it(self, tmp_path):
        keeper, watch = self.keeper(tmp_path)
        keeper.child_exited(errno.ENOSPC)
        watch.dirty = False

        keeper.child_exited(0)

        assert (watch.storage_problem, watch.dirty) == ("", False)

    def test_a_directory_that_is_gone_is_noticed_without_one(self, tmp_path):
        keeper, watch = self.keeper(tmp_path / "gone")

        keeper.look()

        assert watch.storage_problem == os.strerror(errno.ENOENT)

    @pytest.mark.parametrize(("dirty", "lost"), [(True, True), (False, False)])
    def test_the_last_one_is_a_loss_where_something_was_written_since_the_one_before(self, tmp_path, dirty, lost):
        keeper, watch = self.keeper(tmp_path)
        watch.dirty = dirty

        with pytest.raises(OSError, match="No space") if lost else nullcontext():
            keeper.last(full)

    def test_what_it_had_written_is_removed_because_it_may_be_what_fills_the_disk(self, tmp_path):
        with pytest.raises(OSError, match="No space"):
            Snapshots(tmp_path).write(full)

        assert list(tmp_path.glob("state-*")) == []

    def test_a_code_that_python_itself_ends_with_is_no_reason(self):
        assert reason(120) == "it could not be written; see the log"

    def test_a_timeout_is_the_reason(self):
        assert reason(TOO_SLOW) == "writing it took longer than 180 s"

    def test_codes_and_reasons_fit_each_other(self):
        assert (reason(0), reason(code_of(OSError(errno.EROFS, "")))) == ("", "Read-only file system")


def full(directory: Path) -> None:
    (directory / "half").write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")


class TestRefusing:
    def answer(self, watch: WriteWatch) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        answering = watch({"type": "http", "method": "GET", "headers": []}, None, send)
        with ThreadPoolExecutor(1) as apart:  # a browser that tests share keeps a loop running in this thread
            apart.submit(asyncio.run, answering).result()
        return sent

    def test_says_why_as_a_service_that_is_not_available(self):
        watch = WriteWatch(app=None)
        watch.storage_problem = "Read-only file system"

        start, body = self.answer(watch)

        assert (start["status"], json.loads(body["body"])["message"]) == (503, "Read-only file system")

    def test_a_request_that_is_refused_wrote_nothing(self):
        watch = WriteWatch(app=None)
        watch.storage_problem = "Read-only file system"
        self.answer(watch)

        assert not watch.dirty


class TestMayWrite:
    @pytest.mark.parametrize("target", ["DynamoDB_20120810.Query", "AmazonSQS.ReceiveMessage", "TrentService.Decrypt"])
    def test_reads_do_not_call_for_a_snapshot(self, target):
        assert not may_write({"type": "http", "method": "POST", "headers": [(b"x-amz-target", target.encode())]})

    @pytest.mark.parametrize("target", ["DynamoDB_20120810.TransactWriteItems", "AmazonSQS.DeleteMessage", ""])
    def test_any_other_call_calls_for_a_snapshot(self, target):
        assert may_write({"type": "http", "method": "POST", "headers": [(b"x-amz-target", target.encode())]})

    def test_putting_an_object_calls_for_a_snapshot_and_getting_one_does_not(self):
        assert may_write({"type": "http", "method": "PUT", "headers": []})
        assert not may_write({"type": "http", "method": "GET", "headers": []})


@pytest.mark.ministack
class TestResources:
    def test_the_jobs_table_has_the_keys_the_index_and_the_expiry_that_its_models_declare(self, fresh_aws, dynamodb):
        table = dynamodb.describe_table(TableName=fresh_aws.names.jobs)["Table"]
        expiry = dynamodb.describe_time_to_live(TableName=fresh_aws.names.jobs)["TimeToLiveDescription"]

        assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
        keys = {
            index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
            for index in table["GlobalSecondaryIndexes"]
        }
        assert keys == {"due": ["due_shard", "due"], "listed": ["listed_day", "listed_at"]}
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}

    @pytest.mark.parametrize("kind", ["jobs", "people"])
    def test_a_table_of_a_test_loses_nothing_that_expired_before_today(self, fresh_tables, dynamodb, kind):
        expiry = dynamodb.describe_time_to_live(TableName=getattr(fresh_tables, kind))["TimeToLiveDescription"]

        assert expiry["TimeToLiveStatus"] == "DISABLED"

    def test_creating_everything_twice_changes_nothing(self, fresh_aws):
        assert create_everything(fresh_aws.client, fresh_aws.names) == fresh_aws.settings["WORK_QUEUE_URL"]

    def test_a_table_of_an_older_release_gets_the_index_it_lacks_and_keeps_what_it_holds(self, fresh_names, dynamodb):
        declared = schema(TABLES["jobs"])
        keys = [each for each in declared["AttributeDefinitions"] if each["AttributeName"] in ("pk", "sk")]
        dynamodb.create_table(
            TableName=fresh_names.jobs,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=declared["KeySchema"],
            AttributeDefinitions=keys,
        )
        item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "listed_day": {"S": "day"}, "listed_at": {"S": "1"}}
        dynamodb.put_item(TableName=fresh_names.jobs, Item=item)

        create_table(dynamodb, fresh_names.jobs, TABLES["jobs"])

        found = dynamodb.query(
            TableName=fresh_names.jobs,
            IndexName="listed",
            KeyConditionExpression="listed_day = :day",
            ExpressionAttributeValues={":day": {"S": "day"}},
        )
        assert [each["pk"] for each in found["Items"]] == [{"S": "a"}]

    def test_names_come_back_out_of_the_settings_they_went_into(self, fresh_aws):
        assert Names.of(fresh_aws.settings) == fresh_aws.names

    def test_a_schema_names_every_key_once(self):
        names = [each["AttributeName"] for each in schema(TABLES["jobs"])["AttributeDefinitions"]]

        assert sorted(names) == ["due", "due_shard", "listed_at", "listed_day", "pk", "sk"]
