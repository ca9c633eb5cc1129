"""The documentation of the API: its pages, their Markdown, and llms.txt."""

import re

import pytest

from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS
from chalicelib.home.parts import API_VERSION
from local.processes import ROOT
from tests.routes.service import HOME, Service

PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()  # nothing here is stored


def test_the_page_has_every_operation_of_programs_and_every_type(service):
    text = service.get("/docs", **PAGE).text
    document = service.get("/api/v1/openapi.json").json
    ids = set(re.findall(r'id="([^"]+)"', text))
    operations = {
        each["operationId"]
        for path, item in document["paths"].items()
        if path.startswith(("/api/", "/graphql"))
        for each in item.values()
    }

    assert operations <= ids
    assert set(document["components"]["schemas"]) <= ids
    assert {f"message-{name}" for name in document["webhooks"]} <= ids


def test_every_link_within_the_page_leads_somewhere(service):
    text = service.get("/docs", **PAGE).text

    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_no_two_parts_of_the_page_have_one_id(service):
    ids = re.findall(r' id="([^"]+)"', service.get("/docs", **PAGE).text)

    assert len(ids) == len(set(ids))


def test_it_loads_nothing_from_elsewhere(service):
    answer = service.get("/docs", **PAGE)

    assert set(re.findall(r'(?:src|rel="stylesheet" href|rel="icon" href)="(https?://[^/"]+)', answer.text)) == {HOME}
    assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/docs", "/docs/versions", "/problems", "/llms.txt", "/docs/guide.md"])
def test_every_link_to_this_service_is_answered(service, path):
    text = service.get(path, **PAGE).text
    links = set(re.findall(rf'(?:href="|\]\(){HOME}(/[^")#?]*)', text))

    assert links
    assert {link: status for link in links if (status := service.get(link).status) not in (200, 303)} == {}


@pytest.mark.parametrize("slug", PROBLEM_TEXTS)
def test_the_type_of_every_problem_is_a_page_that_says_how_to_mend_it(service, slug):
    answer = service.get(f"/problems/{slug}", **PAGE)

    assert answer.status == 200
    assert PROBLEM_TEXTS[slug].title in answer.text.replace("&#39;", "'")
    assert "How to mend it" in answer.text


def test_an_unknown_type_is_a_page_that_says_so(service):
    answer = service.get("/problems/made-up", **PAGE)

    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_llms_txt_has_a_title_a_summary_and_links_to_markdown(service):
    title, _, summary, *rest = service.get("/llms.txt").text.splitlines()
    links = [line for line in rest if line.startswith("- ")]

    assert (title, summary[:2]) == ("# Contact Intake", "> ")
    assert all(re.fullmatch(rf"- \[[^\]]+\]\({HOME}/\S+\): .+", line) for line in links)
    assert sum(".md)" in line for line in links) == 3


def test_the_readme_has_the_same_ten_lines_of_a_frontend(service):
    guide, readme = service.get("/docs/guide.md").text, (ROOT / "README.md").read_text()
    ours, theirs = (re.findall(r"```ts\n(.*?)```", text, re.DOTALL) for text in (guide, readme))

    assert theirs == ours
    assert [len(each.splitlines()) for each in ours] == [10]


def test_the_latest_version_of_the_changelog_is_that_of_the_api():
    dated = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert dated[0][0] == API_VERSION
    assert [date for _, date in dated] == sorted((date for _, date in dated), reverse=True)
