"""Which identifiers each channel has, what they are unique in, and what is refused."""

import pytest

from chalicelib.foundation.channel_setting import BUILT_IN, ChannelSetting, lead_channels
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import ANYWHERE, Identity, InvalidIdentity
from chalicelib.leads.channels.phone import INTERNATIONAL
from chalicelib.leads.channels.platform_ids import username_of
from tests.leads.channels.parsing import CHANNELS, parsed, refused

BSUID = "US.13491208655302741918"
PARENT = "US.ENT.11815799212886844830"
PORTFOLIO = "506914307656634"


def test_the_built_in_channels_are_those_that_settings_may_not_redefine():
    assert CHANNELS.names == BUILT_IN


def test_an_unknown_channel_is_refused_with_the_names_of_the_known_ones():
    error = refused("fax", "+4930123456")

    assert (error.code, error.field) == ("unknown_channel", "channel")
    assert "whatsapp, sms, email" in error.words


class TestWhatsApp:
    def test_a_phone_number_identifies_in_the_whole_world_whatever_scope_a_file_has(self):
        assert parsed("whatsapp", "4915123456789", INTERNATIONAL, scope=PORTFOLIO) == Identity(
            "whatsapp", ANYWHERE, "phone", "+4915123456789", "+4915123456789", "4915123456789"
        )

    def test_a_business_scoped_user_id_is_kept_as_it_is_and_unique_in_its_portfolio(self):
        assert parsed("whatsapp", BSUID, scope=PORTFOLIO) == Identity(
            "whatsapp", PORTFOLIO, "bsuid", BSUID, BSUID, BSUID
        )

    @pytest.mark.parametrize("bsuid", ["BR.a1B2c3", "DE." + "9" * 128])
    def test_a_business_scoped_user_id_may_have_letters_and_128_characters(self, bsuid):
        assert parsed("whatsapp", bsuid, scope=PORTFOLIO).form == bsuid

    def test_the_id_of_linked_portfolios_is_of_a_kind_of_its_own(self):
        identity = parsed("whatsapp", PARENT, scope=PORTFOLIO)

        assert (identity.kind, identity.form) == ("parent_bsuid", PARENT)

    @pytest.mark.parametrize("bsuid", [BSUID, PARENT])
    def test_a_business_scoped_user_id_without_its_portfolio_is_refused(self, bsuid):
        error = refused("whatsapp", bsuid)

        assert (error.code, error.field) == ("scope_missing", "scope")
        assert "portfolio" in error.words

    def test_a_hidden_phone_is_empty_or_replaced_by_the_user_id_and_never_its_digits(self):
        assert refused("whatsapp", "").code == "empty"
        assert parsed("whatsapp", BSUID, INTERNATIONAL, scope=PORTFOLIO).kind == "bsuid"

    @pytest.mark.parametrize("raw", ["kfisher", "@kfisher", "@k.fisher_99", "k_fisher1234567890"])
    def test_a_user_name_is_no_identity(self, raw):
        error = refused("whatsapp", raw)

        assert error.code == "username"
        assert "people can change" in error.words

    @pytest.mark.parametrize("raw", ["120363041234567890@g.us", "U.123", "USA.123", "US."])
    def test_groups_and_broken_ids_are_refused(self, raw):
        with pytest.raises(InvalidIdentity):
            parsed("whatsapp", raw, scope=PORTFOLIO)


class TestSms:
    def test_a_number_on_sms_is_another_identity_than_the_same_on_whatsapp(self):
        assert parsed("sms", "+4915123456789") != parsed("whatsapp", "+4915123456789")
        assert parsed("sms", "+4915123456789").kind == "phone"

    def test_a_user_id_of_whatsapp_is_none_of_sms(self):
        with pytest.raises(InvalidIdentity):
            parsed("sms", BSUID, scope=PORTFOLIO)


class TestEmail:
    @pytest.mark.parametrize(
        ("raw", "form"),
        [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Lovelace@Example.COM\t", "ada.lovelace@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@straße.example", "ada@xn--strae-oqa.example"),
            ("ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"),
            ("JÖRG@example.com", "jörg@example.com"),
            ("ada+news@gmail.com", "ada+news@gmail.com"),
            ("a.d.a@gmail.com", "a.d.a@gmail.com"),
            ("ada@googlemail.com", "ada@googlemail.com"),
            ("info@example.com", "info@example.com"),
            ("mailto:ada@example.com", "ada@example.com"),
            ("'ada@example.com'", "ada@example.com"),
            ("\u200bada@example.com", "ada@example.com"),
            ("ada＠example.com", "ada@example.com"),
        ],
    )
    def test_an_address_is_in_lower_case_with_a_domain_in_ascii_and_keeps_dots_and_plus(self, raw, form):
        assert parsed("email", raw) == Identity("email", ANYWHERE, "address", form, form, raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "a b@example.com",
            "null",
            "ada@x.org, b@x.org",
            "a\x00@x.org",
            "a\ud800@x.org",
        ],
    )
    def test_what_is_no_address_is_refused(self, raw):
        assert refused("email", raw).code == "no_address"


@pytest.mark.parametrize(
    ("channel", "unique_in"), [("instagram", "Instagram professional account"), ("messenger", "Facebook Page")]
)
class TestScopedIds:
    def test_an_id_is_unique_in_its_page_or_account(self, channel, unique_in):
        assert parsed(channel, "7164590343604001", scope="17841400000000001") == Identity(
            channel, "17841400000000001", "id", "7164590343604001", "7164590343604001", "7164590343604001"
        )
        assert parsed(channel, "7164590343604001", scope="1") != parsed(channel, "7164590343604001", scope="2")

    def test_without_its_scope_an_id_is_refused(self, channel, unique_in):
        error = refused(channel, "7164590343604001")

        assert (error.code, error.field) == ("scope_missing", "scope")
        assert unique_in in error.words

    @pytest.mark.parametrize("scope", ["1.78414E+16", "my page", "a\x1fb", "x" * 129])
    def test_a_scope_is_an_id(self, channel, unique_in, scope):
        assert refused(channel, "7164590343604001", scope=scope).code == "invalid_scope"

    @pytest.mark.parametrize("raw", ["@kfisher", "kfisher", "https://www.instagram.com/kfisher/", "m.me/k.fisher"])
    def test_a_user_name_is_no_identity(self, channel, unique_in, raw):
        assert refused(channel, raw, scope="1").code == "username"

    @pytest.mark.parametrize(
        ("raw", "code"),
        [("7.16459E+15", "rounded_number"), ("", "empty"), ("0", "no_id"), ("71 64", "no_id"), ("+4915123", "no_id")],
    )
    def test_what_is_no_id_is_refused(self, channel, unique_in, raw, code):
        assert refused(channel, raw, scope="1").code == code


class TestTelegram:
    @pytest.mark.parametrize(
        ("raw", "form"),
        [
            ("123456789", "123456789"),
            ("0123456789", "123456789"),
            ("5123456789.0", "5123456789"),
            (str(2**52 - 1), "4503599627370495"),
        ],
    )
    def test_an_id_has_at_most_52_bits_and_identifies_in_the_whole_world(self, raw, form):
        assert parsed("telegram", raw, scope="a-bot") == Identity("telegram", ANYWHERE, "id", form, form, raw)

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            ("@kfisher", "username"),
            ("kfisher", "username"),
            ("t.me/kfisher", "username"),
            ("-1001234567890", "no_person"),
            (str(2**52), "no_id"),
            ("+5511987654321", "no_id"),
            ("0", "no_id"),
            ("", "empty"),
        ],
    )
    def test_names_groups_and_numbers_are_refused(self, raw, code):
        assert refused("telegram", raw).code == code


class TestUserNames:
    @pytest.mark.parametrize(
        "raw", ["kfisher", "@kfisher", "@KFisher", "t.me/kfisher", "https://instagram.com/kfisher/"]
    )
    def test_with_or_without_its_at_sign_a_user_name_is_one_attribute(self, raw):
        assert username_of(raw) == "kfisher"

    @pytest.mark.parametrize("raw", ["", "@", "12345", "+5511987654321", "k fisher"])
    def test_other_texts_are_none(self, raw):
        assert username_of(raw) is None


class TestConfiguredChannels:
    CHANNELS = Channels(
        lead_channels(
            '{"line": {"pattern": "U[0-9a-f]{32}", "scope": "LINE channel"}, "forum": {"form": "lower"},'
            ' "rcs": {"form": "phone"}, "letters": {"form": "email"},'
            ' "loyalty": {"form": "digits", "pattern": "[0-9]{8}"}}'
        ),
        "BR",
    )

    def test_it_has_the_pattern_and_the_scope_of_its_setting(self):
        raw = "U" + "0a" * 16

        assert self.CHANNELS.parse("line", raw, scope="C1") == Identity("line", "C1", "id", raw, raw, raw)
        with pytest.raises(InvalidIdentity, match="LINE channel"):
            self.CHANNELS.parse("line", raw)
        with pytest.raises(InvalidIdentity, match="Check its format"):
            self.CHANNELS.parse("line", raw.upper(), scope="C1")

    @pytest.mark.parametrize(
        ("channel", "raw", "kind", "form"),
        [
            ("forum", " Ada-L ", "id", "ada-l"),
            ("rcs", "(11) 8765-4321", "phone", "+551187654321"),
            ("letters", "Ada@Example.com", "address", "ada@example.com"),
            ("loyalty", "00012345.0", "id", "00012345"),
        ],
    )
    def test_its_form_says_how_identifiers_are_read(self, channel, raw, kind, form):
        identity = self.CHANNELS.parse(channel, raw)

        assert (identity.kind, identity.form, identity.scope) == (kind, form, ANYWHERE)

    def test_all_spellings_of_a_number_meet_there_too(self):
        assert self.CHANNELS.parse("rcs", "1187654321").key_form == self.CHANNELS.parse("rcs", "11987654321").key_form

    @pytest.mark.parametrize(
        ("channel", "raw"),
        [("forum", ""), ("forum", "1E+9"), ("forum", "a\x1fb"), ("loyalty", "1234"), ("forum", "\ud800")],
    )
    def test_what_is_no_identifier_is_refused(self, channel, raw):
        with pytest.raises(InvalidIdentity):
            self.CHANNELS.parse(channel, raw)

    def test_without_settings_there_are_no_more(self):
        assert Channels({"line": ChannelSetting()}, "US").names == (*Channels({}, "US").names, "line")
