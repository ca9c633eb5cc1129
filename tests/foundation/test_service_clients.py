"""Who acts with a token, for whom, and what it permits."""

import pytest

from chalicelib.foundation.errors import InsufficientScope, NotFound
from chalicelib.foundation.http import Person
from chalicelib.foundation.problems import problem
from chalicelib.foundation.scopes import NO_SCOPES, Scope, check_scopes, scopes_of
from chalicelib.foundation.service_clients import ServiceClients
from chalicelib.foundation.signed_tokens import BadToken

READ, WRITE, IMPORT = Scope
GRANTS = {("ann", "crm"): frozenset({READ, WRITE}), ("bob", "crm"): frozenset({READ})}
CLIENTS = ServiceClients({"crm"}, lambda person, client: GRANTS.get((person, client), NO_SCOPES))


def caller(sub: str, on_behalf_of: str | None = None, **claims) -> Person:
    """The caller with a token of an operator who is a member of acme."""
    rights = {"roles": frozenset({"operator"}), "organizations": {"acme": frozenset({"member"})}}
    return CLIENTS.caller(Person(sub, sub, **rights), {"sub": sub, **claims}, on_behalf_of)


class TestPerson:
    @pytest.mark.parametrize(
        "claims", [{}, {"scope": "openid profile"}, {"client_id": "app", "azp": "app"}, {"scope": None}, {"scope": 7}]
    )
    def test_may_do_everything_with_a_token_without_our_scopes(self, claims):
        ann = caller("ann", **claims)

        assert (ann.scopes, ann.client, ann.is_operator, set(ann.organizations)) == (None, "", True, {"acme"})

    def test_may_do_only_what_the_scopes_of_their_token_say(self):
        ann = caller("ann", scope="openid contacts:read")

        assert (ann.sub, ann.scopes, ann.client, ann.acting_client) == ("ann", {READ}, "", "")
        assert not ann.is_operator
        assert not ann.organizations


class TestDelegation:
    def test_act_names_the_client_and_the_token_its_scopes(self):
        ann = caller("ann", act={"sub": "mirror", "act": {"sub": "before"}}, scope="contacts:read imports:write")

        assert (ann.sub, ann.acting_client, ann.scopes) == ("ann", "mirror", {READ, IMPORT})
        assert not ann.is_operator

    def test_act_may_name_the_client_by_its_client_id(self):
        assert caller("ann", act={"client_id": "mirror"}).acting_client == "mirror"

    def test_without_scopes_it_permits_nothing(self):
        assert caller("ann", act={"sub": "mirror"}, scope="openid").scopes == NO_SCOPES

    @pytest.mark.parametrize("act", [None, "mirror", {}, {"sub": ""}, {"sub": 7}, ["mirror"], {"sub": "~service"}])
    def test_an_act_that_names_no_one_is_refused(self, act):
        with pytest.raises(BadToken):
            caller("ann", act=act, scope="contacts:read")


class TestOwnToken:
    @pytest.mark.parametrize(
        ("named", "token", "permitted"),
        [
            ("ann", "contacts:read contacts:write imports:write", {READ, WRITE}),
            ("ann", "contacts:write", {WRITE}),
            ("bob", "contacts:write", set()),
            ("eve", "contacts:read", set()),
            ("ann", "", set()),
            ("", "contacts:read", set()),
            ("~service", "contacts:read", set()),
            ("x" * 256, "contacts:read", set()),
            ("crm", "contacts:read", set()),
        ],
    )
    def test_permits_what_both_the_person_and_the_token_say(self, named, token, permitted):
        acting = caller("crm", named, scope=token)

        assert (acting.sub, acting.client, acting.scopes) == (named, "crm", permitted)
        assert not acting.is_operator
        assert not acting.organizations

    @pytest.mark.parametrize("issued_to", ["client_id", "azp", "cid"])
    def test_is_known_by_the_client_that_it_was_issued_to(self, issued_to):
        assert caller("other", **{issued_to: "other"}).client == "other"

    def test_without_a_person_permits_nothing_of_people_but_what_the_client_itself_may_do(self):
        crm = caller("crm")

        assert (crm.client, crm.acting_client, crm.scopes) == ("crm", "", NO_SCOPES)
        assert crm.is_operator
        assert set(crm.organizations) == {"acme"}

    def test_with_scopes_of_persons_has_no_other_rights(self):
        crm = caller("crm", scope="contacts:read")

        assert not crm.is_operator
        assert not crm.organizations


class TestScopes:
    @pytest.mark.parametrize(
        ("claims", "found"),
        [
            ({"scope": "contacts:read contacts:write"}, {READ, WRITE}),
            ({"scope": ["contacts:read", "openid", 7]}, {READ}),
            ({"scp": ["imports:write"]}, {IMPORT}),
            ({"scp": "contacts:read", "scope": "contacts:write"}, {READ, WRITE}),
            ({"scope": "contacts:READ contacts contacts:read:all"}, set()),
            ({"scope": {"contacts:read": True}}, set()),
            ({}, set()),
        ],
    )
    def test_are_read_as_issuers_write_them(self, claims, found):
        assert scopes_of(claims) == found

    def test_each_of_those_of_a_route_suffices(self):
        check_scopes(Person("ann", "Ann", scopes=frozenset({WRITE})), [READ, WRITE])
        check_scopes(Person("ann", "Ann"), [])

    def test_a_person_learns_what_is_missing(self):
        with pytest.raises(InsufficientScope) as refused:
            check_scopes(Person("ann", "Ann", scopes=frozenset({READ})), [WRITE])

        response = problem(refused.value, "request")
        assert (response.status, response.body["scopes"]) == (403, ["contacts:write"])
        assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="contacts:write"'

    def test_a_client_learns_nothing(self):
        with pytest.raises(NotFound):
            check_scopes(Person("ann", "Ann", scopes=frozenset({READ}), client="crm"), [WRITE])
