"""Request IDs: taken over from a caller or the gateway, in the response, in problems, in the log and in jobs."""

import json
import logging

import pytest

from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Response
from chalicelib.foundation.log import JsonLines
from chalicelib.foundation.request_id import chosen_request_id, current_request_id, working_for
from tests.foundation.test_router import House, answering, raising


class TestTheId:
    @pytest.mark.parametrize("sent", ["a", "3f0c-b2.x_9", "A" * 128])
    def test_of_the_caller_is_taken_over(self, sent):
        assert chosen_request_id(sent, "own") == sent

    @pytest.mark.parametrize("sent", [None, "", "A" * 129, "two words", "ann@x.org", "a\r\nb", "é", "٣"])
    def test_that_could_hold_an_address_or_split_a_line_is_replaced_by_the_gateways(self, sent):
        assert chosen_request_id(sent, "own") == "own"

    def test_is_that_of_the_request_that_the_code_works_for(self):
        with working_for("outer"):
            with working_for("inner"):
                assert current_request_id() == "inner"
            assert current_request_id() == "outer"
        assert current_request_id() == ""


class TestResponses:
    def test_name_the_callers_id(self):
        assert House(answering(Response({}))).ask(x_request_id="from-the-app")[1]["X-Request-Id"] == "from-the-app"

    def test_name_the_gateways_id_otherwise(self):
        first, second = (House(answering(Response({}))).ask()[1]["X-Request-Id"] for _ in range(2))

        assert first
        assert first != second

    @pytest.mark.parametrize(("error", "status"), [(NotFound("Gone."), 404), (RuntimeError("s3cret"), 500)])
    def test_and_problems_name_the_same(self, error, status):
        answered, headers, body = House(raising(error)).ask(x_request_id="r-1")

        assert (answered, headers["X-Request-Id"], json.loads(body)["request_id"]) == (status, "r-1", "r-1")

    def test_to_a_method_that_the_path_does_not_support_too(self):
        status, headers, body = House(answering(Response({}))).ask(method="DELETE", x_request_id="r-1")

        assert (status, headers["X-Request-Id"], json.loads(body)["request_id"]) == (405, "r-1", "r-1")

    def test_can_be_read_by_a_script_of_the_allowed_origin(self):
        headers = House(answering(Response({}))).ask(Origin="https://app.example")[1]
        asked_first = House(answering(Response({}))).ask(method="OPTIONS", Origin="https://app.example")[1]

        assert "X-Request-Id" in headers["Access-Control-Expose-Headers"]
        assert "x-request-id" in asked_first["Access-Control-Allow-Headers"]


class TestLogLines:
    def test_carry_the_id_of_the_request_that_the_code_works_for(self):
        record = logging.LogRecord("some.where", logging.INFO, "f.py", 1, "job_ran", (), None)

        with working_for("r-1"):
            assert json.loads(JsonLines().format(record))["request_id"] == "r-1"
        assert "request_id" not in json.loads(JsonLines().format(record))
