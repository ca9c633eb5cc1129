"""Logging: only listed fields are logged, one line per event."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.log import LOGGED_FIELDS, JsonLines


def line(message: object, **more: object) -> str:
    error = more.pop("exc_info", None)
    record = logging.LogRecord("some.where", logging.INFO, "f.py", 1, message, (), error)
    record.__dict__.update(more)
    return JsonLines().format(record)


class TestLines:
    def test_an_event_with_its_members(self):
        entry = json.loads(line("job_ran", job_id="j", processed=3))

        assert (entry["event"], entry["job_id"], entry["processed"], entry["level"]) == ("job_ran", "j", 3, "INFO")

    def test_members_that_are_not_on_the_list_stay_out(self):
        assert "ann@x.org" not in line("job_ran", email="ann@x.org", token="ann@x.org", args=("ann@x.org",))

    @pytest.mark.parametrize(
        "message", ["GET https://x.org/?key=s3cret", "Job failed: s3cret", "%s", Exception("s3cret")]
    )
    def test_free_text_is_never_logged(self, message):
        entry = json.loads(line(message))

        assert "s3cret" not in str(entry)
        assert (entry["event"], entry["logger"]) == ("other", "some.where")

    def test_an_exception_is_its_kind_and_its_place(self):
        try:
            raise ValueError("s3cret")
        except ValueError as error:
            entry = json.loads(line("it_failed", exc_info=(ValueError, error, error.__traceback__)))

        assert entry["error"] == "ValueError"
        assert entry["where"].partition(":")[0].endswith("test_log.py")
        assert "s3cret" not in str(entry)

    @given(st.sampled_from(LOGGED_FIELDS), st.text())
    def test_one_event_is_one_line_for_any_values(self, name, value):
        text = line("job_ran", **{name: value})

        assert len(text.splitlines()) == 1
        assert json.loads(text)["event"] == "job_ran"
