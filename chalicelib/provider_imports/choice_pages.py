"""The pages where a person chooses what comes of an account: after consent, and later from its card."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.accounts.consent_routes import RETURN_TO, choice_path
from chalicelib.foundation.errors import ConsentNeeded, InvalidInput, ProviderBroken, ProviderBusy
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router
from chalicelib.provider_imports.choice_routes import choices_json
from chalicelib.providers.choices import EVERYTHING, OTHER
from chalicelib.providers.registry import TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.provider_imports.account_choices import ChoicePreview, OfferedChoices
    from chalicelib.provider_imports.parts import ImportsParts

CHOICES = "/accounts/{connection_id}/choices"


def routes(router: Router, parts: ImportsParts) -> None:
    @router.page(CHOICES, Access.PERSON, "Page to choose what comes of an account", query=[RETURN_TO])
    def choices_page(request: Request, connection_id: str) -> Response:
        try:
            offered = parts.offer_choices(request.owner, connection_id)
        except (ProviderBusy, ProviderBroken):
            return page(_unavailable(parts, request, connection_id))
        return page(_form(parts, request, offered, return_to=request.query.get("return_to", "")))

    @router.form_action(
        CHOICES, Access.PERSON, "Count what a choice changes, or make it", {200: "page", 303: "", 422: "page"}
    )
    def choose_contacts_on_page(request: Request, connection_id: str) -> Response:
        form = read_form(request)
        try:
            offered = parts.offer_choices(request.owner, connection_id)
        except (ProviderBusy, ProviderBroken):
            return page(_unavailable(parts, request, connection_id))
        try:
            wanted = _wanted(form)
            if not offered.connection.waits_for_choice and form.text("confirmed") != "yes":
                return page(_preview(parts, request, offered, wanted))
            return _chosen(parts, request, offered, wanted, form.text("return_to"))
        except (InvalidInput, ConsentNeeded) as error:
            return page(_form_with_problem(parts, request, offered, form, error.detail), 422)


def _chosen(
    parts: ImportsParts, request: Request, offered: OfferedChoices, wanted: Sequence[str], return_to: str
) -> Response:
    connection_id, person = offered.connection.connection_id, request.signed_in.label
    job = parts.choose_contacts(request.owner, connection_id, wanted, person=person, offered=offered)
    if job is None:  # nothing changed
        return redirect(f"{parts.shared.public_url}/accounts#account-{connection_id}")
    query = f"?{urlencode({'return_to': return_to})}" if return_to else ""
    return redirect(f"{parts.shared.public_url}/imports/{job.job_id}{query}")


def _wanted(form: Form) -> list[str]:
    """The chosen ids.

    Raises:
        InvalidInput: all contacts were chosen, and also some of them.
    """
    chosen = form.every("chosen")
    if form.text("everything") != "yes":
        return chosen
    if set(chosen) - {OTHER, EVERYTHING}:
        raise InvalidInput("Choose either all contacts or some of them.", field="everything")
    return [EVERYTHING, *(each for each in chosen if each == OTHER)]


def _form_with_problem(parts: ImportsParts, request: Request, offered: OfferedChoices, form: Form, problem: str) -> str:
    """The form as the person sent it, with what is wrong."""
    ticked = [*form.every("chosen"), *([] if form.text("everything") == "no" else [EVERYTHING])]
    return _form(parts, request, offered, ticked=ticked, problem=problem, return_to=form.text("return_to"))


def _form(
    parts: ImportsParts,
    request: Request,
    offered: OfferedChoices,
    *,
    ticked: Sequence[str] | None = None,
    problem: str = "",
    return_to: str = "",
) -> str:
    """The form.

    Args:
        ticked: the ids of what is chosen in it; what is chosen of the account, if it is None.
    """
    connection = offered.connection
    listed = choices_json(offered)
    choices = {each["id"]: each for each in listed["choices"]}
    return parts.shared.pages.render(
        request,
        "accounts/choices.html",
        title=TITLES[connection.provider],
        provider=connection.provider,
        account=connection.account,
        connection_id=connection.connection_id,
        waits=connection.waits_for_choice,
        everything=choices.pop(EVERYTHING, None),
        other=choices.pop(OTHER, None),
        groups=list(choices.values()),
        gone=listed["gone"],
        ticked=[each.id for each in offered.choices if offered.is_chosen(each.id)] if ticked is None else ticked,
        all_id=EVERYTHING,
        action=parts.shared.public_url + choice_path(connection.connection_id),
        problem=problem,
        place=return_to,
    )


def _unavailable(parts: ImportsParts, request: Request, connection_id: str) -> str:
    """The page while the provider does not answer: a new account can be imported all the same."""
    connection = parts.list_connections.get(request.owner, connection_id)
    return parts.shared.pages.render(
        request,
        "accounts/choices_unavailable.html",
        title=TITLES[connection["provider"]],
        account=connection["account"],
        connection_id=connection_id,
        waits=connection["waits_for_choice"],
    )


def _numbers(parts: ImportsParts, owner: str, offered: OfferedChoices, wanted: Sequence[str]) -> ChoicePreview | None:
    """What the choice changes; None if the account is too large to be counted while the person waits."""
    try:
        return parts.preview_choice(owner, offered, wanted)
    except (ProviderBusy, ProviderBroken):
        return None


def _preview(parts: ImportsParts, request: Request, offered: OfferedChoices, wanted: Sequence[str]) -> str:
    connection = offered.connection
    return parts.shared.pages.render(
        request,
        "accounts/choice_preview.html",
        title=TITLES[connection.provider],
        account=connection.account,
        names=[offered.names[key] for key in wanted if key in offered.names],
        wanted=wanted,
        numbers=_numbers(parts, request.owner, offered, wanted),
        action=parts.shared.public_url + choice_path(connection.connection_id),
    )
