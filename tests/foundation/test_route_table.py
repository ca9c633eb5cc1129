"""Which route a path belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.route_table import GREEDY, Match, RouteTable, event_of_route

TABLE = RouteTable(["/", "/jobs", "/jobs/{job_id}", "/jobs/newest", "/{room}/newest", "/jobs/{job_id}/rows/{row}"])


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "match"),
        [
            ("/", Match("/", {})),
            ("/jobs", Match("/jobs", {})),
            ("/jobs/7", Match("/jobs/{job_id}", {"job_id": "7"})),
            ("/jobs/7/rows/a%2Fb", Match("/jobs/{job_id}/rows/{row}", {"job_id": "7", "row": "a%2Fb"})),
            ("/jobs/", Match("/jobs", {})),
        ],
    )
    def test_have_the_route_of_their_parts(self, path, match):
        assert TABLE.find(path) == match

    def test_prefer_a_route_in_plain_words(self):
        assert TABLE.find("/jobs/newest") == Match("/jobs/newest", {})
        assert TABLE.find("/files/newest") == Match("/{room}/newest", {"room": "files"})

    @pytest.mark.parametrize(
        "path", ["/nowhere", "/Jobs", "/jobs/7/rows", "/jobs//rows/1", "//jobs", "/jobs/7/rows/1/2", ""]
    )
    def test_without_a_route_have_none(self, path):
        assert TABLE.find(path) is None

    @given(st.text(st.characters(codec="ascii", exclude_characters="/{}"), min_size=1))
    def test_give_any_parameter_as_it_came(self, value):
        assert RouteTable(["/jobs/{job_id}"]).find(f"/jobs/{value}") == Match("/jobs/{job_id}", {"job_id": value})


class TestEvents:
    def test_of_the_greedy_resource_become_those_of_their_route(self):
        event = {"resource": GREEDY, "pathParameters": {"proxy": "jobs/7"}, "requestContext": {"resourcePath": GREEDY}}

        assert event_of_route(event, TABLE) == {
            "resource": "/jobs/{job_id}",
            "pathParameters": {"job_id": "7"},
            "requestContext": {"resourcePath": "/jobs/{job_id}"},
        }

    def test_of_a_path_without_a_route_are_none(self):
        event = {"pathParameters": {"proxy": "nowhere"}, "requestContext": {"resourcePath": GREEDY}}

        assert event_of_route(event, TABLE) is None

    def test_of_a_single_resource_stay_as_they_are(self):
        event = {"pathParameters": {"job_id": "7"}, "requestContext": {"resourcePath": "/jobs/{job_id}"}}

        assert event_of_route(event, TABLE) is event
