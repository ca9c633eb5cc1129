"""The lines of all parts in the order of their times: all, those of a job, those with a text, and those that come."""

import json
import os

import pytest

from local.processes import PartFailed
from local.show_logs import Chosen, directory_of_logs, show_logs


def line(at: str, event: str, **fields: str) -> str:
    return json.dumps({"at": f"2026-11-30T12:00:{at}", "event": event, **fields}) + "\n"


@pytest.fixture
def logs(tmp_path):
    (tmp_path / "api.log").write_text(
        "Serving\n" + line("01", "answered", request_id="r1") + line("04", "answered", request_id="r2")
    )
    (tmp_path / "worker.log").write_text(
        line("02", "job_started", job_id="a", request_id="r1") + line("03", "job_ran", job_id="b", request_id="r2")
    )
    return tmp_path


def shown(logs, **chosen) -> list[str]:
    lines = list[str]()
    show_logs(logs, Chosen(**chosen), lines.append)
    return lines


def events(lines: list[str]) -> list[tuple[str, str]]:
    """The part and the time of each line."""
    return [(part, json.loads(text)["at"][-2:]) for part, text in (each.split(maxsplit=1) for each in lines)]


class TestWhatIsShown:
    def test_all_parts_in_the_order_of_their_times(self, logs):
        first, *others = shown(logs)

        assert first == "api      Serving"
        assert events(others) == [("api", "01"), ("worker", "02"), ("worker", "03"), ("api", "04")]

    def test_of_a_job_its_lines_and_those_of_the_request_that_created_it(self, logs):
        assert events(shown(logs, job="a")) == [("api", "01"), ("worker", "02")]

    def test_lines_with_a_text_in_either_case(self, logs):
        assert events(shown(logs, pattern="JOB_")) == [("worker", "02"), ("worker", "03")]
        assert events(shown(logs, pattern="job_ran", job="a")) == []

    def test_a_traceback_stays_behind_the_line_before_it(self, logs):
        with (logs / "worker.log").open("a") as log:
            log.write("Traceback\n")

        assert shown(logs)[-2:] == ["worker   Traceback", shown(logs)[-1]]

    def test_a_directory_without_logs_is_an_error(self, tmp_path):
        with pytest.raises(PartFailed, match="There are no logs in"):
            shown(tmp_path)


class TestFollowing:
    def follow(self, logs, *steps, **chosen) -> list[str]:
        """The lines shown after the first ones, while each step writes something."""
        lines, waiting = list[str](), iter(steps)

        def wait() -> None:
            try:
                next(waiting)()
            except StopIteration:
                raise KeyboardInterrupt from None

        with pytest.raises(KeyboardInterrupt):
            show_logs(logs, Chosen(**chosen), lines.append, follow=True, wait=wait)
        return lines[len(shown(logs, **chosen)) :] if not steps else lines

    def write(self, path, text):
        def step() -> None:
            with path.open("a") as log:
                log.write(text)

        return step

    def test_shows_each_line_once_when_it_is_whole(self, logs):
        whole = line("09", "schedule_ran")
        shown_lines = self.follow(
            logs, self.write(logs / "worker.log", whole[:20]), self.write(logs / "worker.log", whole[20:])
        )

        assert len(shown_lines) == 6
        assert shown_lines[-1] == f"worker   {whole.rstrip()}"

    def test_shows_the_log_of_a_part_that_starts_later(self, logs):
        shown_lines = self.follow(logs, self.write(logs / "sandbox.log", "Ready\n"))

        assert shown_lines[-1] == "sandbox  Ready"

    def test_begins_anew_when_a_log_was_replaced(self, logs):
        def replace() -> None:
            (logs / "new").write_text(line("08", "begun"))
            (logs / "new").replace(logs / "worker.log")

        assert events(self.follow(logs, replace)[-1:]) == [("worker", "08")]


class TestWhoseLogs:
    def test_are_those_of_the_data_directory(self, tmp_path):
        assert directory_of_logs(None, tmp_path, home=tmp_path) == tmp_path / "logs"

    def test_are_those_of_the_stack_that_ended_last_when_none_runs(self, tmp_path):
        for age, port in enumerate(("8001", "8000")):
            (tmp_path / "logs" / port).mkdir(parents=True)
            os.utime(tmp_path / "logs" / port, (1000 + age, 1000 + age))

        assert directory_of_logs(None, None, home=tmp_path) == tmp_path / "logs" / "8000"
        assert directory_of_logs(8001, None, home=tmp_path) == tmp_path / "logs" / "8001"

    def test_there_are_none_before_the_first_start(self, tmp_path):
        with pytest.raises(PartFailed, match="No stack is running"):
            directory_of_logs(None, None, home=tmp_path)
