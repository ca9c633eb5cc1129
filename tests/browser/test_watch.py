"""The watch itself notices what a page must not do. Otherwise the other tests could not fail."""

import pytest

from tests.browser.watch import Watch

LONGEST_MILLISECONDS, LOOK_MILLISECONDS = 5000, 20


@pytest.fixture
def looked_at(browser, world):
    """A context whose watch is looked at here, and may complain."""
    context = browser.new_context()
    watch = Watch((world.url.rstrip("/"),)).over(context)
    page = context.new_page()
    page.goto(world.url)
    yield page, watch
    context.close()


ADD_SCRIPT = (
    "const made = document.createElement('script'); made.textContent = 'window.ran = 1'; document.head.append(made)"
)
ADD_HANDLER = (  # newer browsers look at it when it is to run, not when it is written
    "document.body.innerHTML = '<b onclick=\"window.ran = 1\">here</b>'; document.querySelector('b').click()"
)
ADD_STYLE = "document.body.setAttribute('style', 'color: red')"


def test_a_page_of_ours_gives_no_reason_to_complain(looked_at):
    _, watch = looked_at

    assert watch.complaints == []


@pytest.mark.parametrize("what", [ADD_SCRIPT, ADD_STYLE, ADD_HANDLER], ids=["script", "style", "handler"])
def test_inline_scripts_and_styles_do_not_run_and_are_noticed(looked_at, what):
    page, watch = looked_at
    page.evaluate(what)

    assert has_complaint(page, watch, "Content Security Policy")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        ("setTimeout(() => { throw new Error('broken') })", "script error"),
        ("console.error('broken')", "console error"),
        ("setTimeout(() => alert(1))", "dialog"),
        ("fetch('/nowhere')", "answered 4"),
        ("void open('http://127.0.0.1:9/')", "asked elsewhere"),
    ],
)
def test_errors_dialogs_refusals_and_strangers_are_noticed(looked_at, what, complaint):
    page, watch = looked_at
    page.evaluate(what)

    assert has_complaint(page, watch, complaint)


def has_complaint(page, watch, complaint):
    """Whether the watch complains so, as soon as the browser has told of it: a busy machine takes its time."""
    for _ in range(LONGEST_MILLISECONDS // LOOK_MILLISECONDS):
        if any(complaint in each for each in watch.complaints):
            return True
        page.wait_for_timeout(LOOK_MILLISECONDS)
    return False
