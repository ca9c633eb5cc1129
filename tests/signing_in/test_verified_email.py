"""The address of a person is used only if the issuer says that it is theirs."""

import pytest

from chalicelib.signing_in.verified_email import verified_email


@pytest.mark.parametrize("verified", [True, "true"])
def test_a_verified_address_is_used(verified):
    assert verified_email({"email": "ann.b+c@x.example.org", "email_verified": verified}) == "ann.b+c@x.example.org"


@pytest.mark.parametrize("verified", [False, None, "false", "True", 1, [True]])
def test_any_other_is_not(verified):
    assert verified_email({"email": "ann@x.org", "email_verified": verified}) is None
    assert verified_email({"email": "ann@x.org"}) is None


def test_an_international_domain_is_written_as_dns_has_it():
    assert verified_email({"email": "ann@bücher.example", "email_verified": True}) == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "email",
    [
        None,
        7,
        "",
        "ann",
        "@x.org",
        "ann@",
        "ann@localhost",
        "änn@x.org",
        "ann@x.org\r\nBcc: eve@x.org",
        "ann@x.org,eve@x.org",
        "Ann <ann@x.org>",
        "ann@x..org",
        "a" * 250 + "@x.org",
        "ann@\ud800.org",
    ],
)
def test_what_cannot_be_sent_to_is_no_address(email):
    assert verified_email({"email": email, "email_verified": True}) is None
