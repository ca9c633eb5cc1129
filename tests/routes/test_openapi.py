"""The OpenAPI document."""

from collections import defaultdict

from openapi_spec_validator import OpenAPIV31SpecValidator


class TestDescription:
    def test_it_is_valid_openapi_3_1(self, service):
        document = service.get("/api/v1/openapi.json").json

        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"].startswith("3.1")

    def test_every_route_is_in_it_and_no_other(self, service):
        document = service.get("/api/v1/openapi.json").json

        described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
        assert described == {(route.method, route.path) for route in service.app.router.routes}

    def test_every_schema_that_is_named_is_there_and_every_one_there_is_named(self, service):
        document = service.get("/api/v1/openapi.json")
        named = {word.partition('"')[0] for word in document.text.split("#/components/schemas/")[1:]}

        assert named == set(document.json["components"]["schemas"])

    def test_a_list_takes_the_parameters_that_are_described_and_no_other(self, service):
        paths = service.get("/api/v1/openapi.json").json["paths"]
        described = {
            path: [each["name"] for each in item["get"]["parameters"]] for path, item in paths.items() if "get" in item
        }
        lists = [
            path.format_map(defaultdict(lambda: "j", org="acme"))
            for path, names in described.items()
            if "cursor" in names and path.startswith("/api/")
        ]

        assert len(lists) >= 10
        for path in [*lists, "/api/v1/connections"]:
            response = service.get(
                f"{path}?made_up=1", who="ann", roles=("operator",), organizations={"acme": ["admin"]}
            )
            assert (response.status, response.json["field"]) == (422, "made_up")

    def test_no_two_operations_have_one_name(self, service):
        paths = service.get("/api/v1/openapi.json").json["paths"]
        names = [operation["operationId"] for item in paths.values() for operation in item.values()]

        assert len(names) == len(set(names))
