"""Which URLs other people may let us send to."""

import pytest

from chalicelib.foundation.callbacks import check_callback_url
from chalicelib.foundation.errors import InvalidInput

REFUSED = [
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "//hooks.example.com/",
    "hooks.example.com",
    "javascript:alert(1)",
    "https://",
    "https:///path",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com:80/",
    "https://ann@hooks.example.com/",
    "https://ann:secret@hooks.example.com/",
    "https://@hooks.example.com/",
    "https://hooks.example.com/#part",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://app.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest",
    "https://10.0.0.1/",
    "https://[fe80::1%25eth0]/",
    "https://hooks.example.com:port/",
    "https://hooks..example.com/",
    "https://-hooks.example.com/",
    "https://hooks.example.com./",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://höoks.example.com/",
    "https://1.2.3.999/",
]


@pytest.mark.parametrize(
    "url", [*REFUSED, "https://hooks.example.com/ x", "https://hooks.example.com/\n", "", "https://a.b/" + "x" * 2_000]
)
@pytest.mark.parametrize("allow_loopback", [False])
def test_other_urls_are_refused(url, allow_loopback):
    with pytest.raises(InvalidInput) as refused:
        check_callback_url(url, allow_loopback=allow_loopback)
    assert refused.value.members["field"] == "url"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com:443/a/b?c=d",
        "https://xn--hoks-5qa.example.com/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://my_app.example.co.uk/",
    ],
)
def test_https_on_the_internet_is_allowed(url):
    assert check_callback_url(url).scheme == "https"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8123/hook", "http://localhost:8123/", "http://[::1]:8123/"])
def test_this_machine_is_allowed_in_the_local_stack_alone(url):
    assert check_callback_url(url, allow_loopback=True).port == 8123
    with pytest.raises(InvalidInput):
        check_callback_url(url)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://hooks.example.com/", "https://127.0.0.1.example.com:8443/"]
)
def test_there_everything_else_is_refused_too(url):
    with pytest.raises(InvalidInput):
        check_callback_url(url, allow_loopback=True)
