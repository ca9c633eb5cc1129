"""Keys tell identities apart and nothing about them."""

import re
from dataclasses import replace

import pytest

from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.channels.lead_keys import LeadKeys, shard
from tests.leads.channels.parsing import parsed

KEYS = LeadKeys(bytes(range(32)), version=1)
ADA = parsed("whatsapp", "+5511987654321")


def test_a_key_has_24_letters_and_digits():
    assert re.fullmatch("[a-z2-7]{24}", KEYS.of("acme", ADA))


def test_a_key_never_changes():
    """Keys are stored: code that computed another one would lose the leads."""
    assert KEYS.of("acme", ADA) == "zcitkdnhpaucwfv5zladcghp"


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("whatsapp", "+55 11 98765-4321", "551187654321"),
        ("sms", "+52 55 1234 5678", "5215512345678"),
        ("sms", "+54 9 11 2345 6789", "541123456789"),
        ("email", "Ada@Example.com", "ada@example.com "),
    ],
)
def test_all_spellings_of_an_identity_have_one_key(channel, one, other):
    assert KEYS.of("acme", parsed(channel, one)) == KEYS.of("acme", parsed(channel, other))


@pytest.mark.parametrize("part", ["channel", "scope", "kind", "key_form"])
def test_each_part_of_an_identity_counts(part):
    assert KEYS.of("acme", replace(ADA, **{part: "other"})) != KEYS.of("acme", ADA)


@pytest.mark.parametrize("part", ["form", "raw"])
def test_how_it_is_written_does_not_count(part):
    assert KEYS.of("acme", replace(ADA, **{part: "other"})) == KEYS.of("acme", ADA)


def test_organizations_and_deployments_have_keys_of_their_own():
    assert KEYS.of("acme", ADA) != KEYS.of("globex", ADA)
    assert KEYS.of("acme", ADA) != LeadKeys(bytes(32), version=1).of("acme", ADA)


def test_parts_cannot_run_into_each_other():
    one, other = (Identity("im", scope, "id", form, form, form) for scope, form in (("a", "b:c"), ("a:b", "c")))

    assert KEYS.of("acme", one) != KEYS.of("acme", other)


def test_a_secret_that_could_be_guessed_is_refused():
    with pytest.raises(ValueError, match="at least 32 bytes"):
        LeadKeys(b"secret", version=1)


def test_the_secret_is_not_shown():
    assert repr(KEYS) == "LeadKeys(version=1)"


class TestShards:
    def test_there_are_1024(self):
        assert (shard("aa" + "7" * 22), shard("ab" + "a" * 22), shard("77" + "a" * 22)) == (0, 1, 1023)

    def test_leads_spread_over_them(self):
        identities = [parsed("telegram", str(number)) for number in range(1, 4_097)]
        shards = [shard(KEYS.of("acme", identity)) for identity in identities]

        assert len(set(shards)) > 950
        assert max(map(shards.count, set(shards))) < 20
