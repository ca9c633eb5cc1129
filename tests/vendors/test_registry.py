"""The table of vendors: each can be built, and loading the table loads none of them."""

import subprocess
import sys
from typing import Any

import pytest

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.contacts.source import enrichment_source
from chalicelib.foundation.settings import Settings
from chalicelib.vendors.registry import VENDORS
from local.processes import ROOT
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport
from tests.foundation.test_settings import GOOD


@pytest.fixture(params=VENDORS)
def vendor(request: pytest.FixtureRequest) -> Any:
    return VENDORS[request.param].build(Settings.from_environment(GOOD), FakeTransport([]), FixedClock())


class TestVendors:
    def test_a_vendor_has_the_name_and_title_of_its_entry(self, vendor):
        assert (vendor.name, vendor.title) == (vendor.name, VENDORS[vendor.name].title)

    def test_its_name_makes_a_source(self, vendor):
        assert enrichment_source(vendor.name).key == f"enrichment:{vendor.name}"

    def test_it_depends_on_fields_that_a_contact_has(self, vendor):
        assert vendor.depends_on <= set(FIELDS)

    def test_it_says_what_it_gives_in_one_sentence(self, vendor):
        assert vendor.gives.endswith(".")
        assert vendor.gives.count(".") == 1

    def test_only_an_offline_vendor_needs_no_secret_no_rate_and_no_money(self, vendor):
        needed = bool(vendor.needs), bool(vendor.rate.windows or vendor.rate.at_once > 1), vendor.price.most > 0

        assert needed == (not vendor.is_offline,) * 3


def test_loading_the_table_loads_no_adapter_and_nothing_heavy():
    script = """
import sys
import chalicelib.vendors.registry
heavy = ("phonenumbers", "requests", "chalicelib.vendors.phone_metadata", "chalicelib.vendors.vendor")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
