"""How many examples properties get under each profile."""

import pytest
from hypothesis import settings

from tests.examples import examples


@pytest.fixture(params=["same", "few"])
def profile(request):
    """The profile under whose settings the test runs; the one before comes back."""
    before = settings.get_current_profile_name()
    settings.load_profile(request.param)
    yield request.param
    settings.load_profile(before)


@pytest.mark.parametrize(("number", "few"), [(100, 25), (60, 15), (2_000, 500), (1, 1)])
def test_all_or_a_quarter(profile, number, few):
    assert examples(number) == (number if profile == "same" else few)
