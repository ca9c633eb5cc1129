"""The deployment template matches the code, keeps data, and denies access that is not needed."""

import json
import re
from dataclasses import fields
from typing import Any

import pytest

from chalicelib.foundation.log import LOGGED_FIELDS
from chalicelib.foundation.problems import path_problem
from chalicelib.foundation.router import App
from chalicelib.foundation.settings import Settings
from chalicelib.jobs.worker import RunOutcome
from chalicelib.tables.keys import TABLES
from chalicelib.wiring.rooms import ROOMS
from infra.added_template import added_template
from infra.deployment import SECRETS
from infra.iam_policies import CHALICE, policies
from local import gateway
from local.embedded_aws.resources import schema

TEMPLATE = added_template()
CODE = CHALICE.parent / "chalicelib"
LOGICAL = {table.name: table.logical_id for table in TABLES.values()}


def properties(name: str) -> Any:
    return TEMPLATE["Resources"][name]["Properties"]


def by_name(attributes: list[dict[str, str]]) -> dict[str, str]:
    return {each["AttributeName"]: each["AttributeType"] for each in attributes}


def of_type(kind: str) -> dict[str, Any]:
    return {name: each for name, each in TEMPLATE["Resources"].items() if each.get("Type") == kind}


@pytest.mark.parametrize("table", sorted(TABLES))
class TestTables:
    def test_keys_are_those_of_the_code(self, table):
        declared = schema(TABLES[table])

        assert properties(LOGICAL[table])["KeySchema"] == declared["KeySchema"]
        assert by_name(properties(LOGICAL[table])["AttributeDefinitions"]) == by_name(declared["AttributeDefinitions"])

    def test_indexes_are_those_of_the_code(self, table):
        declared = schema(TABLES[table]).get("GlobalSecondaryIndexes", [])

        assert properties(LOGICAL[table]).get("GlobalSecondaryIndexes", []) == declared

    def test_expiry_is_that_of_the_code(self, table):
        expiry = properties(LOGICAL[table]).get("TimeToLiveSpecification", {})
        given = {expiry["AttributeName"]} if expiry.get("Enabled") else set()

        assert given == {TABLES[table].expires_by} - {None}

    def test_it_outlives_the_stack_and_can_be_restored(self, table):
        resource = TEMPLATE["Resources"][LOGICAL[table]]

        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert properties(LOGICAL[table])["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}

    def test_it_is_encrypted_with_our_key_and_costs_nothing_at_rest(self, table):
        assert properties(LOGICAL[table])["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
        assert properties(LOGICAL[table])["BillingMode"] == "PAY_PER_REQUEST"


class TestStorage:
    def test_the_key_rotates_and_is_kept(self):
        assert properties("Key")["EnableKeyRotation"] is True
        assert TEMPLATE["Resources"]["Key"]["DeletionPolicy"] == "Retain"

    def test_only_the_tables_and_the_bucket_decrypt_on_behalf_of_others(self):
        for statement in properties("Key")["KeyPolicy"]["Statement"]:
            if statement["Principal"] == {"AWS": "*"}:
                assert {"kms:CallerAccount", "kms:ViaService"} <= set(statement["Condition"]["StringEquals"])

    def test_what_is_kept_for_a_while_expires(self):
        rules = properties("BlobsBucket")["LifecycleConfiguration"]["Rules"]

        expiring = {rule["Prefix"] for rule in rules if "ExpirationInDays" in rule}
        kept = {what for room in ROOMS for each in room.keeps for what in each.what}
        of_organizations = {folder for room in ROOMS for folder in room.organization_folders}
        for_as_long_as_its_import = {"files/"}
        of_persons = {what for what in kept if isinstance(what, str)} - for_as_long_as_its_import
        assert expiring == of_persons | of_organizations

    def test_downloads_expire_after_a_day(self):
        rules = properties("BlobsBucket")["LifecycleConfiguration"]["Rules"]

        assert [rule["ExpirationInDays"] for rule in rules if rule.get("Prefix") == "exports/"] == [1]

    def test_parts_that_are_never_joined_are_deleted_after_some_days(self):
        rules = properties("BlobsBucket")["LifecycleConfiguration"]["Rules"]

        found = [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule]
        assert [(rule.get("Prefix"), rule["AbortIncompleteMultipartUpload"]) for rule in found] == [
            (None, {"DaysAfterInitiation": 3})
        ]

    def test_the_bucket_is_closed_to_the_public(self):
        assert set(properties("BlobsBucket")["PublicAccessBlockConfiguration"].values()) == {True}

    def test_a_frontend_may_fetch_a_large_download_from_the_bucket(self):
        _, downloads = properties("BlobsBucket")["CorsConfiguration"]["CorsRules"]
        has_origin, rule, without = downloads["Fn::If"]

        assert (has_origin, without) == ("HasOrigin", {"Ref": "AWS::NoValue"})
        assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["GET", "HEAD"], SEVERAL_ORIGINS)

    def test_the_pages_and_the_frontend_may_upload_to_the_bucket_and_no_other_site(self):
        uploads, _ = properties("BlobsBucket")["CorsConfiguration"]["CorsRules"]

        assert uploads["AllowedMethods"] == ["POST", "PUT"]
        assert uploads["ExposedHeaders"] == ["ETag"]
        comma, together = uploads["AllowedOrigins"]["Fn::Split"]
        frontends = {"Fn::If": ["HasOrigin", {"Fn::Sub": ",${AllowedOrigin}"}, ""]}
        public = [_part_of_public_url(0), "//", _part_of_public_url(2)]
        assert (comma, together) == (",", {"Fn::Join": ["", [*public, frontends]]})

    def test_a_message_that_is_given_up_goes_to_the_dead_letter_queue(self):
        redrive = properties("WorkQueue")["RedrivePolicy"]

        assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}, "maxReceiveCount": 5}

    def test_a_message_stays_hidden_for_six_times_the_handlers_timeout(self):
        config = json.loads((CHALICE / "config.json").read_text())
        timeout = config["stages"]["prod"]["lambda_functions"]["start_job"]["lambda_timeout"]

        assert properties("WorkQueue")["VisibilityTimeout"] >= 6 * timeout


class TestSettings:
    VARIABLES = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]

    def test_every_setting_of_the_service_is_given(self):
        set_by_lambda = {"aws_region", "aws_endpoint_url"}
        for_one_machine = {"events_allow_loopback", "email_endpoint_url"}
        names = {member.name for member in fields(Settings)} - set_by_lambda - for_one_machine
        known = {name.upper() for name in names}

        assert set(self.VARIABLES) == known

    def test_no_secret_is_written_down(self):
        secret = [text for name, text in self.VARIABLES.items() if name.endswith("SECRET")]

        assert len(secret) == len(SECRETS)
        assert all("{{resolve:secretsmanager:" in json.dumps(text) for text in secret)

    def test_a_page_client_without_a_secret_needs_none(self):
        """CloudFormation refuses a reference to a member that the secret does not have."""
        condition = TEMPLATE["Conditions"]["HasSigninSecret"]

        assert self.VARIABLES["SIGNIN_CLIENT_SECRET"]["Fn::If"][0] == "HasSigninSecret"
        assert {"Fn::Equals": [{"Ref": "SigninIsPublic"}, "false"]} in condition["Fn::And"]
        assert {"Fn::Not": [{"Fn::Equals": [{"Ref": "SigninClientId"}, ""]}]} in condition["Fn::And"]

    def test_no_parameter_asks_for_a_secret(self):
        assert not [name for name in TEMPLATE["Parameters"] if name.endswith("Secret")]


GATEWAY = properties("RestAPI")["DefinitionBody"]
RESPONSES = GATEWAY["x-amazon-apigateway-gateway-responses"]


class TestGateway:
    """What API Gateway answers by itself."""

    @pytest.mark.parametrize("name", sorted(RESPONSES))
    def test_is_a_problem_with_every_field(self, name):
        response = RESPONSES[name]
        body = json.loads(response["responseTemplates"]["application/json"])

        assert {"type", "title", "status", "detail"} <= set(body)
        assert body["status"] == response["statusCode"]
        assert body["type"].startswith("/problems/")
        assert body["detail"].endswith(".")

    @pytest.mark.parametrize("name", sorted(RESPONSES))
    def test_carries_the_headers_of_a_problem(self, name):
        headers = {key.rpartition(".")[2]: value for key, value in RESPONSES[name]["responseParameters"].items()}

        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert ("Retry-After" in headers) is (RESPONSES[name]["statusCode"] in (429, 503))

    @pytest.mark.parametrize("name", sorted(RESPONSES))
    def test_can_be_read_by_the_frontends(self, name):
        headers = {key.rpartition(".")[2]: value for key, value in RESPONSES[name]["responseParameters"].items()}

        one_or_any = {"Fn::If": ["HasOneOrigin", {"Fn::Sub": "'${AllowedOrigin}'"}, "'*'"]}
        assert headers["Access-Control-Allow-Origin"] == {"Fn::If": ["HasOrigin", one_or_any, {"Ref": "AWS::NoValue"}]}
        assert headers["Access-Control-Allow-Credentials"]["Fn::If"][0] == "HasOneOrigin"
        assert headers["Access-Control-Expose-Headers"] == "'Retry-After, X-Request-Id'"

    @pytest.mark.parametrize(
        ("name", "status", "here"),
        [
            ("MISSING_AUTHENTICATION_TOKEN", path_problem("").status, path_problem("").body),
            ("DEFAULT_5XX", gateway.internal_error().status, json.loads(gateway.internal_error().body)),
        ],
        ids=["unknown path", "raised"],
    )
    def test_says_what_we_say(self, name, status, here):
        there = json.loads(RESPONSES[name]["responseTemplates"]["application/json"])

        assert status == RESPONSES[name]["statusCode"]
        assert {**here, "request_id": ""} == {**there, "request_id": ""}

    def test_hands_over_every_body_as_bytes(self):
        assert tuple(GATEWAY["x-amazon-apigateway-binary-media-types"]) == App.binary_requests


class TestFunctions:
    def test_a_run_of_the_schedule_is_never_repeated(self):
        assert properties("ProcessImports")["EventInvokeConfig"]["MaximumRetryAttempts"] == 0

    def test_each_function_writes_into_a_log_that_forgets(self):
        for function in ("APIHandler", "ProcessImports", "StartJob"):
            log = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
            assert properties(log)["RetentionInDays"] == {"Ref": "LogDays"}


class TestAlarms:
    def test_each_tells_the_operator_and_says_what_happened(self):
        for alarm in of_type("AWS::CloudWatch::Alarm").values():
            assert alarm["Properties"]["AlarmActions"]["Fn::If"][0] == "HasAlarmTopic"
            assert alarm["Properties"]["AlarmDescription"]

    def test_a_schedule_that_does_not_run_at_all_is_noticed(self):
        assert properties("ScheduleMissing")["TreatMissingData"] == "breaching"

    def test_a_job_that_is_due_for_more_than_three_minutes_is_noticed(self):
        alarm = properties("OldestDueAge")

        assert (alarm["MetricName"], alarm["Statistic"]) == ("OldestDueSeconds", "Maximum")
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 180)
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 180

    def test_the_operators_guide_says_what_to_do_about_each(self):
        guide = (CHALICE.parent / "infra" / "OPERATING.md").read_text()
        table = guide.partition("| alarm |")[2].partition("\n\n")[0]
        named = [name for line in table.splitlines() for name in re.findall(r"`(…?\w+)`", line.split("|")[1])]

        for alarm in of_type("AWS::CloudWatch::Alarm"):
            assert any(alarm == name or (name[0] == "…" and alarm.endswith(name[1:])) for name in named), alarm


PATTERNS = [each["Properties"]["FilterPattern"] for each in of_type("AWS::Logs::MetricFilter").values()]


class TestMeasures:
    """What an alarm waits for is really logged: a filter that matches nothing would look like good news for ever."""

    @pytest.mark.parametrize("event", sorted(set(re.findall(r'\$\.event = "(\w+)"', " ".join(PATTERNS)))))
    def test_each_is_made_from_an_event_that_the_code_logs(self, event):
        assert any(f'"{event}"' in path.read_text() for path in CODE.rglob("*.py"))

    def test_its_members_are_on_the_list_of_what_may_be_logged(self):
        values = [
            made["MetricValue"]
            for each in of_type("AWS::Logs::MetricFilter").values()
            for made in each["Properties"]["MetricTransformations"]
        ]
        members = set(re.findall(r"\$\.(\w+)", " ".join([*PATTERNS, *values])))

        assert members - {"event", "level"} <= set(LOGGED_FIELDS)

    def test_a_job_that_failed_is_called_so(self):
        assert any(f'$.ran = "{RunOutcome.FAILED}"' in pattern for pattern in PATTERNS)

    def test_every_alarm_on_our_own_measures_names_one_that_is_made_and_the_others_are_on_the_dashboard(self):
        waited_for = {
            each["Properties"]["MetricName"]
            for each in of_type("AWS::CloudWatch::Alarm").values()
            if not str(each["Properties"]["Namespace"]).startswith("AWS/")
        }

        assert waited_for <= MADE
        assert MADE - waited_for <= shown_metrics()

    def test_one_that_is_counted_by_kind_or_provider_gets_both_from_the_line(self):
        for each in of_type("AWS::Logs::MetricFilter").values():
            (made,) = each["Properties"]["MetricTransformations"]
            assert all(dimension["Value"] in ("$.kind", "$.provider") for dimension in made.get("Dimensions", ()))


MADE = {
    each["MetricName"]
    for resource in of_type("AWS::Logs::MetricFilter").values()
    for each in resource["Properties"]["MetricTransformations"]
}


def graphs() -> list[Any]:
    return list(json.loads(properties("Dashboard")["DashboardBody"]["Fn::Sub"])["widgets"])


def shown_metrics() -> set[str]:
    """The metrics of ours on the dashboard: searched for by kind and provider, or named."""
    text = json.dumps([graph["properties"]["metrics"] for graph in graphs()])
    return set(re.findall(r'MetricName=\\*"(\w+)', text)) | set(
        re.findall(r'"ContactIntake/\$\{[^}]+\}", "(\w+)"', text)
    )


class TestTheDashboard:
    def test_shows_only_metrics_that_are_made(self):
        assert shown_metrics() <= MADE

    def test_searches_for_a_metric_by_the_dimensions_that_it_has(self):
        has = {
            made["MetricName"]: [dimension["Key"] for dimension in made.get("Dimensions", ())]
            for resource in of_type("AWS::Logs::MetricFilter").values()
            for made in resource["Properties"]["MetricTransformations"]
        }
        text = json.dumps([graph["properties"]["metrics"] for graph in graphs()])
        searched = re.findall(r'\{ContactIntake/\$\{AWS::StackName\},([\w,]+)\} MetricName=\\*"(\w+)', text)

        assert searched
        assert all(dimensions.split(",") == has[name] for dimensions, name in searched)

    def test_its_graphs_do_not_overlap_and_fill_three_columns(self):
        places = [(graph["x"], graph["y"]) for graph in graphs()]

        assert len(set(places)) == len(places)
        assert {x for x, _ in places} == {0, 8, 16}


class TestWhatIsOptional:
    def test_is_off_unless_its_parameter_says_so(self):
        assert TEMPLATE["Parameters"]["Tracing"]["Default"] == "PassThrough"
        assert TEMPLATE["Parameters"]["MonthlyBudget"]["Default"] == 0
        assert TEMPLATE["Resources"]["TracingPolicy"]["Condition"] == "IsTraced"
        assert TEMPLATE["Resources"]["Budget"]["Condition"] == "HasBudget"

    def test_tracing_covers_the_api_and_each_function(self):
        traced = [properties(name)["Tracing"] for name in ("APIHandler", "StartJob", "ProcessImports")]

        assert traced == [{"Ref": "Tracing"}] * 3
        assert properties("RestAPI")["TracingEnabled"] == {"Fn::If": ["IsTraced", True, False]}


class TestPolicies:
    def test_each_function_has_one_of_its_own(self):
        config = json.loads((CHALICE / "config.json").read_text())["stages"]["prod"]
        files = [own["iam_policy_file"] for own in config["lambda_functions"].values()]

        assert config["autogen_policy"] is False
        assert len(set(files)) == 3

    @pytest.mark.parametrize("function", sorted(policies()))
    def test_no_statement_has_a_star_for_an_action_or_a_resource(self, function):
        for statement in policies()[function]["Statement"]:
            assert not [action for action in statement["Action"] if "*" in action]
            assert "*" not in statement["Resource"]

    @pytest.mark.parametrize("function", sorted(policies()))
    def test_the_key_opens_sealed_tokens_and_nothing_else(self, function):
        for statement in policies()[function]["Statement"]:
            if any(action.startswith("kms:") for action in statement["Action"]):
                assert statement["Condition"] == {"StringLike": {"kms:EncryptionContext:place": "*"}}

    def test_only_the_queues_handler_takes_messages(self):
        takes = {
            function
            for function, policy in policies().items()
            for statement in policy["Statement"]
            if "sqs:ReceiveMessage" in statement["Action"]
        }

        assert takes == {"start_job"}


SEVERAL_ORIGINS = {"Fn::Split": [",", {"Ref": "AllowedOrigin"}]}


def _part_of_public_url(place: int) -> Any:
    return {"Fn::Select": [place, {"Fn::Split": ["/", {"Ref": "PublicUrl"}]}]}
