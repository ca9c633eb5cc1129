"""Accessibility violations that axe-core finds on a page. Its script goes in through the browser's own door, past
the page's policy, and is nothing the page could load itself."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """rules => axe.run(document, {
  resultTypes: ['violations'],
  rules: {'target-size': {enabled: true}},
  ...(rules && {runOnly: {type: 'rule', values: rules}}),
})"""


def violations(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """A line for each thing that is wrong: the rule, what it means, and where.

    Args:
        rules: these alone; all of them unless given.
    """
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, list(rules) if rules else None)["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
