"""The setting of further channels is checked at the start."""

import pytest

from chalicelib.foundation.channel_setting import ChannelSetting, lead_channels
from chalicelib.foundation.setting_kinds import InvalidSetting
from tests.foundation.test_settings import faults_of, settings


def test_without_it_there_are_no_further_channels():
    assert settings().lead_channels == {}


def test_all_members_of_a_channel_are_optional():
    assert settings(LEAD_CHANNELS='{"line": {}}').lead_channels == {"line": ChannelSetting("text", None, "")}


def test_a_channel_has_a_form_a_pattern_and_a_scope():
    read = lead_channels('{"line": {"form": "lower", "pattern": "u[0-9a-f]{32}", "scope": "LINE channel"}}')["line"]

    assert (read.form, read.scope) == ("lower", "LINE channel")
    assert read.pattern is not None
    assert read.pattern.fullmatch("u" + "0" * 32)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("line", "must be a JSON object"),
        ('["line"]', "must be a JSON object"),
        ('{"Line": {}}', "name is invalid"),
        ('{"": {}}', "name is invalid"),
        ('{"a b": {}}', "name is invalid"),
        ('{"whatsapp": {}}', 'defines the channel "whatsapp", which is built in'),
        ('{"line": "text"}', 'must map "line" to an object'),
        ('{"line": {"form": 1}}', 'must map "line" to an object'),
        ('{"line": {"form": "uuid"}}', 'unknown form in the channel "line"; use one of text'),
        ('{"line": {"patern": "x"}}', 'unknown member in the channel "line"'),
        ('{"line": {"pattern": "("}}', 'channel "line" that is no regular expression'),
    ],
)
def test_an_invalid_setting_is_refused_with_the_channel_at_fault(text, words):
    with pytest.raises(InvalidSetting) as error:
        lead_channels(text)
    assert words in str(error.value)
    assert words in faults_of(LEAD_CHANNELS=text)["LEAD_CHANNELS"]
