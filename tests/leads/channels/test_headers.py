"""Columns of identifiers are recognized by what people call them in ten languages."""

import tomllib

import pytest

from chalicelib.foundation.channel_setting import BUILT_IN
from chalicelib.leads.channels import headers
from chalicelib.leads.channels.headers import ChannelHeader, channel_of_header


@pytest.mark.parametrize(
    ("header", "channel"),
    [
        ("WhatsApp", "whatsapp"),
        ("whatsapp", "whatsapp"),
        ("WHATSAPP_NUMBER", "whatsapp"),
        ("whatsAppNumber", "whatsapp"),
        ("wa_id", "whatsapp"),
        ("waId", "whatsapp"),
        ("BSUID", "whatsapp"),
        ("WhatsApp user ID", "whatsapp"),
        ("WhatsApp-Nummer", "whatsapp"),
        ("Numéro WhatsApp", "whatsapp"),
        ("Número de WhatsApp", "whatsapp"),
        ("Celular (WhatsApp)", "whatsapp"),
        ("Telefone WhatsApp", "whatsapp"),
        ("Zap", "whatsapp"),
        ("Numero WhatsApp", "whatsapp"),
        ("Numero di telefono WhatsApp", "whatsapp"),
        ("WhatsApp-telefoonnummer", "whatsapp"),
        ("Numer WhatsApp", "whatsapp"),
        ("WhatsApp番号", "whatsapp"),
        ("WhatsApp 号码", "whatsapp"),
        ("SMS", "sms"),
        ("SMS-Nummer", "sms"),
        ("Instagram ID", "instagram"),
        ("IGSID", "instagram"),
        ("Instagram-scoped ID", "instagram"),
        ("ID de Instagram", "instagram"),
        ("Instagram-Kennung", "instagram"),
        ("Identyfikator Instagram", "instagram"),
        ("PSID", "messenger"),
        ("Facebook Messenger ID", "messenger"),
        ("Messenger user id", "messenger"),
        ("page_scoped_id", "messenger"),
        ("Telegram ID", "telegram"),
        ("telegram_chat_id", "telegram"),
        ("tg_user_id", "telegram"),
        ("Identifiant Telegram", "telegram"),
        ("ID utente Telegram", "telegram"),
        ("Telegram用户ID", "telegram"),
        ("TelegramユーザーID", "telegram"),
    ],
)
def test_a_column_of_identities(header, channel):
    assert channel_of_header(header) == ChannelHeader(channel, is_identity=True)


@pytest.mark.parametrize(
    ("header", "channel"),
    [
        ("Instagram", "instagram"),  # nearly always the name in the address of the profile
        ("Telegram", "telegram"),
        ("Messenger", "messenger"),
        ("Instagram handle", "instagram"),
        ("ig_username", "instagram"),
        ("Telegram-Benutzername", "telegram"),
        ("Nom d'utilisateur Telegram", "telegram"),
        ("Nombre de usuario de Telegram", "telegram"),
        ("Usuário do Instagram", "instagram"),
        ("Nome utente Instagram", "instagram"),
        ("Gebruikersnaam Telegram", "telegram"),
        ("Nazwa użytkownika Instagram", "instagram"),
        ("インスタグラム ユーザー名", "instagram"),
        ("Telegram 用户名", "telegram"),
        ("WhatsApp username", "whatsapp"),
    ],
)
def test_a_column_of_user_names(header, channel):
    assert channel_of_header(header) == ChannelHeader(channel, is_identity=False)


@pytest.mark.parametrize(
    "header",
    ["", "Phone", "E-Mail", "Name", "ID", "User ID", "WA", "IG", "Facebook", "Facebook ID", "Instagram followers",
     "WhatsApp opt-in", "Last SMS", "Washington", "Telegram phone number", "Sales", "Idaho", "Wage", "番号"],
)  # fmt: skip
def test_a_column_of_something_else(header):
    assert channel_of_header(header) is None


def test_the_table_names_built_in_channels_alone():
    table = tomllib.loads(headers._TABLE.read_text("utf-8"))

    assert {*table["names"], *table["identifiers"]} <= set(BUILT_IN)
