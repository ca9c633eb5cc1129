"""The screens of a provider: choose an account, agree or cancel, and errors.

Plain forms that post to their own URL, so that programs can use them too (`walk.py`).
"""

from collections.abc import Mapping, Sequence
from html import escape

from local.sandbox.sandbox_providers import PROVIDERS

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #f0f2f5; color: #1b1b1f; display: grid; place-items: center }}
main {{ background: #fff; border-top: 6px solid {color}; border-radius: 8px; padding: 2rem; max-width: 26rem }}
button {{ font: inherit; padding: .6rem 1rem; margin: .3rem .5rem .3rem 0; border: 1px solid #888; border-radius: 6px }}
button.yes {{ background: {color}; color: #fff; border-color: {color} }}
label {{ display: block; margin: .6rem 0 }}
small {{ color: #555 }}
</style>
<main><h1>{title}</h1>{body}<p><small>This is a sandbox. Nothing here belongs to {provider}.</small></p></main>
</html>"""
_COLORS = {each.title: each.color for each in PROVIDERS.values()} | {"Sandbox": "#444444"}


def page(provider: str, title: str, body: str) -> str:
    labels = {"provider": escape(provider), "title": escape(title)}
    return _PAGE.format(**labels, color=_COLORS[provider], body=body)


def chooser(provider: str, client: str, raw_request: str, addresses: Sequence[str]) -> str:
    """Choose an account.

    Args:
        raw_request: the original authorization request; the form carries it.
    """
    buttons = "".join(
        f'<p><button name="account" value="{escape(address)}">{escape(address)}</button></p>' for address in addresses
    )
    body = f"<p>to continue to <b>{escape(client)}</b></p>{_form(raw_request, '', buttons)}"
    return page(provider, "Choose an account", body)


def consent(
    provider: str, client: str, raw_request: str, address: str, implied: Sequence[str], boxes: Sequence[str]
) -> str:
    """The scopes that the application requests; agree or cancel.

    Args:
        implied: scopes that are granted without a choice.
        boxes: scopes with a checkbox.
    """
    lines = "".join(f"<li>{_in_words(scope)}</li>" for scope in implied)
    ticks = "".join(
        f'<label><input type="checkbox" name="scope" value="{escape(scope)}"> {_in_words(scope)}</label>'
        for scope in boxes
    )
    buttons = '<button class="yes" name="answer" value="allow">Continue</button>'
    buttons += '<button name="answer" value="deny">Cancel</button>'
    wants = f"<p><b>{escape(client)}</b> wants to use {escape(address)}:</p><ul>{lines}</ul>"
    return page(provider, "Do you agree?", wants + _form(raw_request, address, ticks + buttons))


def wall(provider: str, client: str, raw_request: str, address: str) -> str:
    """Only an administrator can continue; most people close the window."""
    body = f"<p>{escape(client)} needs permission that only an admin of {escape(address)} can grant.</p>"
    back = '<button name="answer" value="deny">Return to the application without granting consent</button>'
    return page(provider, "Need admin approval", body + _form(raw_request, address, back))


def people(client: str, raw_request: str, known: Mapping[str, str]) -> str:
    """Choose who to sign in as.

    Args:
        known: names by what each is known as.
    """
    buttons = "".join(
        f'<p><button name="person" value="{escape(sub)}">{escape(name)}</button></p>' for sub, name in known.items()
    )
    other = '<label>Other name <input name="person" autocomplete="off" required></label>'
    other += '<label><input type="checkbox" name="operator" value="yes"> Operator</label>'
    other += '<label>Organization <input name="organization" autocomplete="off" pattern="[a-z0-9\\-]{1,64}"></label>'
    other += '<label>Role there <input name="role" placeholder="member, importer or admin"></label>'
    other += '<button class="yes" name="answer" value="allow">Sign in</button>'
    deny = '<button name="answer" value="deny">Cancel</button>'
    forms = "".join(_form(raw_request, "", inside) for inside in (buttons, other, deny))
    return page("Sandbox", "Who are you?", f"<p>to continue to <b>{escape(client)}</b></p>{forms}")


def private_apps(provider: str, addresses: Sequence[str], token: str) -> str:
    """Make the token of a private app for an account; shows the one that was made."""
    made = f"<p>The token, shown only once:</p><p><code>{escape(token)}</code></p>" if token else ""
    buttons = "".join(
        f'<p><button name="account" value="{escape(address)}">Make a token for {escape(address)}</button></p>'
        for address in addresses
    )
    return page(provider, "Private apps", f'{made}<form method="post" action="?">{buttons}</form>')


def error_page(provider: str, code: str, sentence: str) -> str:
    """The page for a request that cannot continue."""
    body = f"<p>Error 400: <b>{escape(code)}</b></p><p>{escape(sentence)}</p>"
    return page(provider, "Access blocked", body)


def _form(raw_request: str, address: str, inside: str) -> str:
    chosen = f'<input type="hidden" name="account" value="{escape(address)}">' if address else ""
    whole = f'<input type="hidden" name="request" value="{escape(raw_request)}">{chosen}{inside}'
    return f'<form method="post" action="?">{whole}</form>'


def _in_words(scope: str) -> str:
    return escape(_WORDS.get(scope, scope))


_WORDS = {
    "openid": "know who you are",
    "email": "see your email address",
    "profile": "see your name and picture",
    "https://www.googleapis.com/auth/contacts.readonly": "See and download your contacts",
    "https://www.googleapis.com/auth/contacts": "See, edit, download and delete your contacts",
    "offline_access": "Maintain access to data you have given it access to",
    "Contacts.Read": "Read your contacts",
    "oauth": "Know your HubSpot account",
    "crm.objects.contacts.read": "See your contacts",
    "crm.schemas.contacts.read": "See the names of the properties of contacts",
    "User.Read": "Sign you in and read your profile",
}
