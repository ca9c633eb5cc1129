"""The operators' pages of enrichment: all vendors, one vendor with its control and its runs, a run, and a preview."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from chalicelib.enrichment.control_edit import ControlEdit
    from chalicelib.enrichment.count_statuses import Counted
    from chalicelib.enrichment.parts import EnrichmentParts

BOARD = "/operator/enrichment"
ONE = f"{BOARD}/{{vendor}}"
REASONS = "/enrichment/reasons"
COUNT_FOR = timedelta(seconds=5)
_DONE_WORDS = ("saved", "on", "off", "started", "stopping")
DONE = Query("done", "The action to confirm on the page.", {"enum": list(_DONE_WORDS)})
SOON = 3  # seconds until a page of something that goes on refreshes


def routes(router: Router, parts: EnrichmentParts) -> None:
    _view_routes(router, parts)
    _job_page_routes(router, parts)
    _control_routes(router, parts)
    _run_routes(router, parts)
    _again_routes(router, parts)

    @router.page(REASONS, Access.PERSON, "Page of the reasons of all statuses of enrichment")
    def reasons_page(request: Request) -> Response:
        from chalicelib.vendors.reasons import TABLE

        return page(parts.shared.pages.render(request, "enrichment/reasons.html", reasons=TABLE.values()))


def _view_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.page(BOARD, Access.OPERATOR, "Page of all vendors of enrichment")
    def enrichment_page(request: Request) -> Response:
        counts = parts.count_statuses.of_all(within=COUNT_FOR)
        vendors = [_shown(parts, control.vendor, counts[control.vendor]) for control in parts.controls.all()]
        return page(parts.shared.pages.render(request, "enrichment/board.html", vendors=vendors))

    @router.page(ONE, Access.OPERATOR, "Page of a vendor of enrichment", query=[DONE])
    def vendor_page(request: Request, vendor: str) -> Response:
        runs, found = parts.operator_runs, parts.vendor(vendor)
        shown = _shown(parts, vendor, parts.count_statuses(vendor, within=COUNT_FOR))
        text = parts.shared.pages.render(
            request,
            "enrichment/vendor.html",
            vendor=shown,
            runs=runs.recent(found),
            preview_money=runs.most_of_preview(found),
            done=choice(request, "done", _DONE_WORDS) or "",
            reload_after=SOON if shown["run"] else None,
        )
        return page(text)


def _job_page_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.page(f"{ONE}/runs/{{job_id}}", Access.OPERATOR, "Page of a run of a vendor")
    def vendor_run_page(request: Request, vendor: str, job_id: str) -> Response:
        found, runs = parts.vendor(vendor), parts.operator_runs
        run = runs.json(found, runs.get(found, job_id))
        goes_on = run["finished_at"] is None or (run["undo"] is not None and run["undo"]["finished_at"] is None)
        text = parts.shared.pages.render(
            request, "enrichment/run.html", title=found.title, run=run, reload_after=SOON if goes_on else None
        )
        return page(text)

    @router.page(f"{ONE}/previews/{{job_id}}", Access.OPERATOR, "Page of what a preview found out")
    def vendor_preview_page(request: Request, vendor: str, job_id: str) -> Response:
        found = parts.vendor(vendor)
        preview = parts.operator_runs.preview_json(found, job_id)
        for contact in preview["contacts"]:
            for change in contact["changes"]:
                change["words"] = _words(change["field"], change["before"], change["after"])
        goes_on = preview["state"] in ("queued", "processing")
        text = parts.shared.pages.render(
            request,
            "enrichment/preview.html",
            title=found.title,
            preview=preview,
            reload_after=SOON if goes_on else None,
        )
        return page(text)


def _control_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.form_action(f"{ONE}/control", Access.OPERATOR, "Change a vendor on its page")
    def change_vendor_on_page(request: Request, vendor: str) -> Response:
        edit = _edit(request)
        parts.change_control.change(vendor, edit, operator=request.owner)
        done = "saved" if "enabled" not in edit else "on" if edit["enabled"] else "off"
        return _back(parts, vendor, done)


def _run_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.form_action(f"{ONE}/run", Access.OPERATOR, "Begin a run of a vendor on its page")
    def run_vendor_on_page(request: Request, vendor: str) -> Response:
        parts.change_control.run_now(vendor, operator=request.owner)
        return _back(parts, vendor, "started")

    @router.form_action(f"{ONE}/stop", Access.OPERATOR, "Stop the run of a vendor on its page")
    def stop_vendor_on_page(request: Request, vendor: str) -> Response:
        parts.change_control.stop(vendor, operator=request.owner)
        return _back(parts, vendor, "stopping")

    @router.form_action(f"{ONE}/previews", Access.OPERATOR, "Try a vendor on a few contacts on its page")
    def preview_vendor_on_page(request: Request, vendor: str) -> Response:
        job = parts.operator_runs.begin_preview(parts.vendor(vendor), operator=request.owner)
        return redirect(f"{parts.shared.public_url}{BOARD}/{vendor}/previews/{job.job_id}")

    @router.form_action(f"{ONE}/runs/{{job_id}}/undo", Access.OPERATOR, "Undo a run of a vendor on its page")
    def undo_vendor_run_on_page(request: Request, vendor: str, job_id: str) -> Response:
        parts.operator_runs.undo(parts.vendor(vendor), job_id, operator=request.owner)
        return redirect(f"{parts.shared.public_url}{BOARD}/{vendor}/runs/{job_id}")


def _again_routes(router: Router, parts: EnrichmentParts) -> None:
    @router.form_action(
        f"{ONE}/runs/{{job_id}}/ask-again", Access.OPERATOR, "Ask about the contacts of an undone run again on its page"
    )
    def ask_vendor_again_on_page(request: Request, vendor: str, job_id: str) -> Response:
        parts.operator_runs.ask_again(parts.vendor(vendor), job_id, operator=request.owner)
        return redirect(f"{parts.shared.public_url}{BOARD}/{vendor}/runs/{job_id}")


def _shown(parts: EnrichmentParts, name: str, counted: Counted) -> dict[str, Any]:
    """What the pages show of a vendor."""
    from chalicelib.enrichment.counts_json import counts_json

    vendor = parts.vendor(name)
    shown = parts.show_control(vendor, parts.controls.get(name))
    return {**shown, "counts": counts_json(counted)}


def _words(field: str, before: Any, after: Any) -> str:
    """What a field would show: of a list, what is new in it."""
    from chalicelib.contacts.value_text import text_of

    if isinstance(after, list):
        return ", ".join(text_of(field, value) for value in after if value not in (before or ()))
    return text_of(field, after) if after else "nothing"


def _back(parts: EnrichmentParts, vendor: str, done: str) -> Response:
    return redirect(f"{parts.shared.public_url}{BOARD}/{vendor}?done={done}")


def _edit(request: Request) -> ControlEdit:
    """What one of the forms on the page of a vendor changes. Raises InvalidInput."""
    from chalicelib.enrichment.vendor_control import Scope, ScopeKind

    form = read_form(request)
    match form.text("what"):
        case "switch":
            return {"enabled": form.text("enabled") == "yes"}
        case "schedule":
            return {
                "schedule": form.text("schedule").strip() or None,
                "time_zone": form.text("time_zone").strip() or "UTC",
            }
        case "scope":
            kind = form.text("scope")
            if kind not in ScopeKind.__members__.values():
                raise InvalidInput("Choose whose contacts the vendor is asked about.", field="scope")
            owners = tuple(filter(None, map(str.strip, form.text("owners").splitlines())))
            return {
                "scope": Scope(ScopeKind(kind), owners if kind == ScopeKind.OWNERS else (), form.text("tag").strip())
            }
        case "limits":
            return {
                "limits": {
                    "calls_per_run": _whole(form.text("calls_per_run"), "calls_per_run"),
                    "calls_per_day": _whole(form.text("calls_per_day"), "calls_per_day"),
                    "money_per_run": _money(form.text("money_per_run"), "money_per_run"),
                    "money_per_day": _money(form.text("money_per_day"), "money_per_day"),
                }
            }
        case "credentials":
            given = {
                name.removeprefix("credential-"): form.text(name)
                for name in form.fields
                if name.startswith("credential-")
            }
            return {"credentials": {name: secret for name, secret in given.items() if secret}}
    raise InvalidInput("This form is not known. Reload the page, and try again.", field="what")


def _whole(text: str, field: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 12:
        raise InvalidInput("Write a whole number, or leave it empty for no limit.", field=field)
    return int(text)


def _money(text: str, field: str) -> int | None:
    """An amount in the vendor's unit, in millionths."""
    from decimal import Decimal, InvalidOperation

    text = text.strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
        millionths = amount * 1_000_000
        if not (amount.is_finite() and 0 <= millionths < 10**15 and millionths == millionths.to_integral_value()):
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput("Write an amount such as 25 or 2.5, or leave it empty for no limit.", field=field) from None
    return int(millionths)
