"""The documentation of one deployment: its pages' contents, and the same as Markdown for programs that read."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from chalicelib.home.docs.markdown import anchor_of, as_html, inline_html
from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS, ProblemText
from chalicelib.home.docs.reference import Reference

HERE = Path(__file__).parent
_LINK = re.compile(r"\]\((/[^)]*)\)")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class Documentation:
    """The documentation; everything is made when it is first asked for, and then kept.

    Args:
        base: the public URL.
        describe: makes the description of the API.
    """

    def __init__(self, base: str, describe: Callable[[], Mapping[str, Any]]) -> None:
        self._base, self._describe = base, describe

    @cached_property
    def reference(self) -> Reference:
        return Reference(self._describe())

    @property
    def guide(self) -> Markup:
        return as_html(self.guide_markdown)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the guide: their ids and their headings."""
        return [(anchor_of(each), each) for each in _HEADING.findall(self.guide_markdown)]

    @property
    def versions(self) -> Markup:
        return as_html(self.versions_markdown)

    @cached_property
    def guide_markdown(self) -> str:
        return self._read("guide.md")

    @cached_property
    def versions_markdown(self) -> str:
        return self._read("versions.md")

    @property
    def problems_markdown(self) -> str:
        """All problems, for programs."""
        texts = [_problem_markdown(slug, each) for slug, each in PROBLEM_TEXTS.items()]
        return "# Problems\n\n" + "\n\n".join(texts) + "\n"

    @property
    def llms(self) -> str:
        """What a language model reads first."""
        return self._read("llms.txt")

    def _read(self, name: str) -> str:
        """A text of ours, with its links to paths of this deployment."""
        text = (HERE / name).read_text(encoding="utf-8").replace("$SERVICE", self._base)
        return _LINK.sub(lambda match: f"]({self._base}{match[1]})", text)


def in_html(problem: ProblemText) -> tuple[Markup, Markup]:
    """What a problem means, and how it is mended."""
    return inline_html(problem.meaning), inline_html(problem.mending)


def _problem_markdown(slug: str, problem: ProblemText) -> str:
    statuses = " or ".join(map(str, problem.statuses))
    return f"## `/problems/{slug}` ({statuses}: {problem.title})\n\n{problem.meaning}\n\n{problem.mending}"
