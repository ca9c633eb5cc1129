"""Accessibility violations that axe-core finds on a page. Its script goes in through the browser's own door, past
the page's policy, and is nothing the page could load itself.

More than half of its work is the contrast of texts. Where many look alike, as in the rows of a table, it computes the
contrast of the first few: the others have the same colors on the same backgrounds. It computes all of them where
something is taken out of the flow and could lie behind a text.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

ALIKE = 2  # texts of one look whose contrast is computed
CONTRAST = "color-contrast"

#: Texts and fields, of each look the first few. A label or what has an id may depend on another element: all of them.
LOOKS = """alike => {
  const looks = new Map([[null, 'page']]), known = new Map(), seen = new Map();
  const look = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      const own = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode', 'textShadow',
        'fontSize', 'fontWeight', 'position', 'overflow', 'clipPath', 'visibility', 'display'];
      const key = [look(element.parentElement), element.tagName, element.className, element.matches(':disabled'),
        element.ariaDisabled, element.ariaHidden, ...own.map((name) => style[name])].join('|');
      if (!known.has(key)) known.set(key, `${known.size}`);
      looks.set(element, known.get(key));
    }
    return looks.get(element);
  };
  const text = (element) => [...element.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE)
    .map((each) => each.data.trim()).join('');
  const elements = [...document.body.querySelectorAll('*')];
  const most = elements.some((element) => {
    const {position, transform, clipPath} = getComputedStyle(element);
    return (position !== 'static' || transform !== 'none') && !clipPath.startsWith('inset(50%')
      && element.getBoundingClientRect().right > 0;
  }) ? Infinity : alike;
  return elements.filter((element) => {
    const words = text(element), isField = element.matches('input, select, textarea, option');
    if (!words && !isField) return false;
    if (element.id || element.closest('label')) return true;
    const key = `${look(element)} ${words.length > 1} ${/[\\p{L}\\p{N}]/u.test(words)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key) <= most;
  });
}"""
RUN = f"""async ([rule, alike, others]) => {{
  const options = {{resultTypes: ['violations']}};
  const found = await axe.run({{include: ({LOOKS})(alike)}}, {{...options, runOnly: {{type: 'rule', values: [rule]}}}});
  if (!others) return found.violations;
  const rules = {{'target-size': {{enabled: true}}, [rule]: {{enabled: false}}}};
  return [...found.violations, ...(await axe.run(document, {{...options, rules}})).violations];
}}"""


def violations(page: Page, *, of_contrast_alone: bool = False) -> list[str]:
    """A line for each thing that is wrong: the rule, what it means, and where."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [CONTRAST, ALIKE, not of_contrast_alone])
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
