"""The API's description of itself."""

from openapi_spec_validator import OpenAPIV31SpecValidator


class TestDescription:
    def test_it_is_valid_openapi_3_1(self, service):
        document = service.get("/api/v1/openapi.json").json

        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"].startswith("3.1")

    def test_every_route_is_in_it_and_no_other(self, service):
        document = service.get("/api/v1/openapi.json").json

        described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
        assert described == {(route.method, route.path) for route in service.app.door.routes}

    def test_every_schema_that_is_named_is_there_and_every_one_there_is_named(self, service):
        document = service.get("/api/v1/openapi.json")
        named = {word.partition('"')[0] for word in document.text.split("#/components/schemas/")[1:]}

        assert named == set(document.json["components"]["schemas"])

    def test_no_two_operations_have_one_name(self, service):
        paths = service.get("/api/v1/openapi.json").json["paths"]
        names = [operation["operationId"] for item in paths.values() for operation in item.values()]

        assert len(names) == len(set(names))
