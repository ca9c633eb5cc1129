"""The plain pages. The templates escape everything that comes from outside; jinja2 is loaded with the first page."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
PROVIDER_TITLES = {"google": "Google", "microsoft": "Microsoft"}
STATES = {
    "fetching": "About to begin",
    "processing": "Importing",
    "completed": "Done",
    "failed": "Failed",
    "canceled": "Canceled",
}


class WebPages:
    """Args:
    base: the public URL. places: the configured names that a page may lead back to, and their URLs.
    """

    def __init__(self, base: str, places: Mapping[str, str]) -> None:
        self._base, self._places = base, places

    def home(self) -> str:
        return self._page("home.html")

    def message(self, title: str, detail: str, *, return_to: str | None = None) -> str:
        return self._page("message.html", title=title, detail=detail, back=self._place(return_to))

    def question(self, *, action: str, key: str, title: str, account: str, person: str) -> str:
        return self._page("question.html", action=action, key=key, provider=title, account=account, person=person)

    def status(self, status: Mapping[str, Any], *, refresh_seconds: int | None, return_to: str | None) -> str:
        total, processed = status["total_contacts"], status["processed_contacts"]
        title = PROVIDER_TITLES.get(status["provider"] or "")
        return self._page(
            "status.html",
            status=status,
            provider=title or "your account",
            account=f"your {title} account" if title else "your account",
            state=STATES[status["status"]],
            share=100 if status["completed_at"] else round(100 * processed / total) if total else 0,
            refresh=refresh_seconds,
            back=self._place(return_to),
        )

    def style(self) -> str:
        return (HERE / "style.css").read_text()

    def _page(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(base=self._base, **values)

    def _place(self, name: str | None) -> str | None:
        """Where a name leads; never anything that was not configured."""
        place = self._places.get(name or "")
        return self._base + place if place and place.startswith("/") else place

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        loader = FileSystemLoader(HERE / "templates")
        return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False)
