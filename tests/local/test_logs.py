"""The logs of the run before are still there when the next one runs."""

from local.logs import fresh


class TestFresh:
    def test_the_first_run_finds_an_empty_directory(self, tmp_path):
        fresh(tmp_path / "logs")

        assert list((tmp_path / "logs").iterdir()) == []

    def test_those_of_the_run_before_lie_beside_the_new_ones(self, tmp_path):
        (tmp_path / "api.log").write_text("first")
        fresh(tmp_path)
        (tmp_path / "api.log").write_text("second")

        assert (tmp_path / "before" / "api.log").read_text() == "first"

    def test_older_ones_go(self, tmp_path):
        for run in ("first", "second"):
            (tmp_path / "api.log").write_text(run)
            fresh(tmp_path)

        assert [path.name for path in tmp_path.iterdir()] == ["before"]
        assert (tmp_path / "before" / "api.log").read_text() == "second"

    def test_a_start_that_logged_nothing_takes_no_logs_away(self, tmp_path):
        (tmp_path / "api.log").write_text("first")
        fresh(tmp_path)
        fresh(tmp_path)

        assert (tmp_path / "before" / "api.log").read_text() == "first"

    def test_readiness_messages_are_dropped(self, tmp_path):
        (tmp_path / "aws.ready").touch()
        fresh(tmp_path)

        assert list(tmp_path.iterdir()) == []
