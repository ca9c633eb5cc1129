"""Bytes that are not valid text are refused in every part of a request, never guessed."""

import pytest

from chalicelib.foundation.forms import URLENCODED

BROKEN = {"a lone byte": b"\xff", "half a letter": b"\xc3", "a surrogate": b"\xed\xa0\x80", "too long": b"\xc0\xaf"}
WAYS = {
    "bulk": ("POST", "/api/v1/contacts/bulk", b'{"contacts": [{"given": "A%s"}]}'),
    "edit": ("PATCH", "/api/v1/contacts/c", b'{"given": "A%s"}'),
    "collection": ("POST", "/api/v1/collections", b'{"name": "A%s"}'),
    "graphql": ("POST", "/graphql", b'{"query": "{ __typename }", "variables": {"a": "A%s"}}'),
}


@pytest.mark.parametrize("broken", BROKEN)
class TestBytes:
    @pytest.mark.parametrize("way", WAYS)
    def test_in_json(self, service, way, broken):
        method, path, body = WAYS[way]

        response = service.ask(method, path, who="ann", body=body % BROKEN[broken])

        assert (response.status, "UTF-8" in response.json["detail"]) == (422, True)

    def test_in_a_form(self, service, broken):
        session, byte = service.sign_in("ann"), BROKEN[broken]
        escaped = "".join(f"%{each:02X}" for each in byte).encode()

        for sent in (byte, escaped):
            body = b"csrf_token=" + session.csrf.encode() + b"&version=1&given=A" + sent
            response = service.post("/contacts/c/edit", session=session, body=body, Content_Type=URLENCODED)
            assert (response.status, "UTF-8" in response.text) == (422, True)

    def test_in_a_query(self, service, broken):
        escaped = "".join(f"%{each:02X}" for each in BROKEN[broken])

        response = service.get(f"/api/v1/contacts?q=A{escaped}", who="ann")

        assert (response.status, response.json["field"], "UTF-8" in response.json["detail"]) == (422, "q", True)


class TestHalvesOfCharacters:
    """JSON can write half of a character; nothing can keep it."""

    def test_in_a_name(self, service):
        response = service.post("/api/v1/collections", who="ann", body=b'{"name": "A\\ud800"}')

        assert (response.status, response.json["field"]) == (422, "name")

    @pytest.mark.parametrize("job_id", ["\\ud800", "\\udc00A"])
    def test_in_a_variable(self, service, job_id):
        query = "mutation($id: ID!) { cancelBulkJob(jobId: $id) { jobId } }"
        body = f'{{"query": "{query}", "variables": {{"id": "{job_id}"}}}}'.encode()

        [error] = service.post("/graphql", who="ann", body=body).json["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "id"}

    def test_two_of_them_are_a_whole_one(self, service):
        response = service.post("/api/v1/collections", who="ann", body=b'{"name": "A\\ud83d\\ude00"}')

        assert (response.status, response.json["name"]) == (201, "A\N{GRINNING FACE}")

    def test_the_sign_for_what_was_lost_is_a_character_like_any_other_in_a_body(self, service):
        assert service.post("/api/v1/collections", who="ann", body={"name": "A\ufffd"}).status == 201
