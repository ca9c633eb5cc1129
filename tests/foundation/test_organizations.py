"""Organizations: what the claims of a token permit, and what each role may do."""

import pytest

from chalicelib.foundation.errors import NotAllowed, NotFound
from chalicelib.foundation.http import Person
from chalicelib.foundation.organizations import OrganizationClaims, Role, check_role

ACME = {"acme": frozenset({"importer"})}


class TestClaims:
    @pytest.mark.parametrize(
        "value",
        [
            {"acme": ["importer"]},
            {"acme": "importer"},
            {"acme": ["importer", "owner", 7, None]},
            {"acme": ["importer"], "Acme!": ["admin"], "other": [], "third": None},
            [{"id": "acme", "roles": ["importer"]}],
            [{"id": "acme", "roles": ["importer"]}, {"id": 7, "roles": ["admin"]}, "acme", {}, None],
        ],
    )
    def test_name_organizations_with_their_roles(self, value):
        assert OrganizationClaims().read({"organizations": value}) == ACME

    def test_name_one_organization_and_its_roles_in_claims_of_their_own(self):
        claims = OrganizationClaims("org_id", "org_role")

        assert claims.read({"org_id": "acme", "org_role": "importer"}) == ACME
        assert claims.read({"org_id": "acme", "org_role": ["importer"]}) == ACME
        assert claims.read({"org_id": "acme"}) == {}

    @pytest.mark.parametrize("value", [None, 7, "", [], {}, ["acme"], {"acme": {"importer": True}}, "acme/"])
    def test_that_are_malformed_permit_nothing(self, value):
        assert OrganizationClaims().read({"organizations": value, "organization_roles": ["admin"]}) == {}

    @pytest.mark.parametrize("name", ["ACME", "a_b", "", "a" * 65, "acme\n", "a/b", "ácme"])
    def test_with_an_invalid_id_are_left_out(self, name):
        assert OrganizationClaims().read({"organizations": {name: ["admin"]}}) == {}


class TestRoles:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("needed", Role)
    def test_include_those_before_them(self, role, needed):
        person = Person("ann", "Ann", organizations={"acme": frozenset({role})})

        if list(Role).index(role) >= list(Role).index(needed):
            check_role(person, "acme", needed)
        else:
            with pytest.raises(NotAllowed) as refused:
                check_role(person, "acme", needed)
            assert refused.value.members == {"role": needed}

    def test_the_greatest_of_several_counts(self):
        check_role(Person("ann", "Ann", organizations={"acme": frozenset({"member", "admin"})}), "acme", Role.ADMIN)

    @pytest.mark.parametrize("organizations", [{}, ACME, {"other": frozenset()}])
    def test_another_organization_does_not_exist(self, organizations):
        with pytest.raises(NotFound):
            check_role(Person("ann", "Ann", organizations=organizations), "other", Role.MEMBER)
