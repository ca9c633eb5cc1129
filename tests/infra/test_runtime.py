"""Which Lambda runtimes a package may target, and until when."""

import sys
from datetime import date

import pytest

from infra.runtime import PREFERRED, Runtime, refusal, runtimes, this_runtime

TODAY = date(2026, 11, 29)
KNOWN = {
    "python3.11": Runtime("python3.11", date(2027, 6, 30)),
    "python3.13": Runtime("python3.13", date(2029, 6, 30)),
    "python3.15": Runtime("python3.15", None),
}


class TestTable:
    def test_has_every_runtime_that_the_service_can_run_on_the_oldest_first(self):
        assert list(runtimes())[:4] == ["python3.11", "python3.12", "python3.13", "python3.14"]

    def test_says_how_long_the_preferred_one_lasts(self):
        assert str(runtimes()[PREFERRED]) == "python3.13, maintained by AWS until 2029-06-30"

    def test_this_python_is_named_as_lambda_names_it(self):
        assert this_runtime() == f"python{sys.version_info.major}.{sys.version_info.minor}"


class TestRefusal:
    @pytest.mark.parametrize(
        ("today", "refused"), [(date(2026, 12, 29), False), (date(2026, 12, 30), True), (date(2027, 7, 1), True)]
    )
    def test_begins_half_a_year_before_the_end(self, today, refused):
        assert bool(refusal("python3.11", today, KNOWN)) is refused

    def test_says_when_it_ends_and_how_to_choose_another(self):
        assert refusal("python3.11", date(2027, 1, 1), KNOWN) == (
            "AWS maintains python3.11 until 2027-06-30, and a package needs at least half a year. Choose another "
            "runtime: make package RUNTIME=python3.13. Maintained long enough: python3.13 (until 2029-06-30)."
        )

    @pytest.mark.parametrize("name", ["python3.15", "python3.16"])
    def test_is_for_a_runtime_without_a_date_too(self, name):
        assert f"AWS's table has no runtime {name}" in refusal(name, TODAY, KNOWN)
