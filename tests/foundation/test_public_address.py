"""Only machines on the public internet get what other people let us send."""

import ipaddress

import pytest

from chalicelib.foundation.public_address import is_loopback, is_public

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2600::5efe:127.0.0.1",
    "2600::200:5efe:10.0.0.1",
    "2600::1%eth0",
]
ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "169.253.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:810::200e",
    "2620:fe::fe",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_allowed(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "text", ["", "localhost", "0x7f.1", "127.1", "2130706433", "017700000001", "1.2.3", "[::1]", "1.1.1.1:80"]
)
def test_what_is_no_address_in_its_plain_form_is_refused(text):
    assert not is_public(text)
    assert not is_loopback(text)


def test_nothing_is_allowed_that_python_itself_calls_private():
    for network in range(256):
        for second in (0, 16, 51, 64, 88, 100, 168, 200, 254, 255):
            address = f"{network}.{second}.{network}.1"
            assert not is_public(address) or not ipaddress.ip_address(address).is_private


@pytest.mark.parametrize(
    ("address", "expected"), [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", False), ("10.0.0.1", False)]
)
def test_loopback_is_recognized(address, expected):
    assert is_loopback(address) is expected
