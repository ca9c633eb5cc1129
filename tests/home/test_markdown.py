"""The Markdown of the documentation, as HTML."""

from pathlib import Path

import pytest

from chalicelib.home.docs import documentation
from chalicelib.home.docs.markdown import as_html, inline_html
from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS

TEXTS = [path.read_text() for path in sorted(Path(documentation.__file__).parent.glob("*.md"))]
WRITTEN = [each for problem in PROBLEM_TEXTS.values() for each in (problem.meaning, problem.mending)]


class TestBlocks:
    def test_a_heading_can_be_linked_to(self):
        assert as_html("## What may change, when") == '<h2 id="what-may-change-when">What may change, when</h2>'

    def test_the_lines_of_a_paragraph_are_one(self):
        assert as_html("one\ntwo\n\nthree") == "<p>one two</p>\n<p>three</p>"

    def test_items_of_a_list_may_have_several_lines(self):
        assert as_html("* one\n  more\n* two") == "<ul><li>one more</li><li>two</li></ul>"

    def test_code_keeps_its_lines_and_its_blank_ones(self):
        html = as_html("Before:\n\n```ts\nconst a = 1;\n\n## no heading\n```\n\nAfter.")

        assert html == (
            '<p>Before:</p>\n<pre tabindex="0"><code>const a = 1;\n\n## no heading</code></pre>\n<p>After.</p>'
        )


class TestWords:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("a `b < c` d", "a <code>b &lt; c</code> d"),
            ("**no `ETag`**", "<strong>no <code>ETag</code></strong>"),
            ("[here](/docs)", '<a href="/docs">here</a>'),
            ("a <b> & c", "a &lt;b&gt; &amp; c"),
            ('[x](")onclick=)', '<a href="&#34;">x</a>onclick=)'),
        ],
    )
    def test_code_strong_words_and_links_are_marked_and_all_else_is_escaped(self, text, html):
        assert inline_html(text) == html


@pytest.mark.parametrize("text", [*TEXTS, *WRITTEN])
def test_nothing_of_our_own_texts_is_left_unrendered(text):
    html = str(as_html(text))
    outside_code = "".join(each.partition("</code>")[2] for each in f"</code>{html}".split("<code>"))

    assert not any(mark in outside_code for mark in ("`", "**", "](", "\n* ", "\n- ", "##"))
