"""The API of the template: one resource for all paths, whatever the app's routes are."""

from infra.greedy_api import with_greedy_path

INTEGRATION = {"type": "aws_proxy", "httpMethod": "POST", "uri": "of the function"}
METHOD = {"responses": {}, "x-amazon-apigateway-integration": INTEGRATION}
CHALICE = {
    "Resources": {
        "RestAPI": {
            "Type": "AWS::Serverless::Api",
            "Properties": {
                "DefinitionBody": {
                    "swagger": "2.0",
                    "paths": {"/": {"get": METHOD}, "/jobs/{job_id}": {"get": METHOD, "post": METHOD}},
                    "definitions": {"Empty": {"type": "object"}},
                    "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {}},
                }
            },
        },
        "Other": {"Type": "AWS::SQS::Queue"},
    }
}


class TestTheApi:
    BODY = with_greedy_path(CHALICE)["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]

    def test_passes_every_method_of_every_path_to_the_function(self):
        assert set(self.BODY["paths"]) == {"/", "/{proxy+}"}
        for path in self.BODY["paths"].values():
            assert set(path) == {"get", "head", "post", "put", "patch", "delete", "options"}
            assert all(method["x-amazon-apigateway-integration"] == INTEGRATION for method in path.values())

    def test_keeps_what_the_gateway_itself_answers(self):
        assert self.BODY["x-amazon-apigateway-gateway-responses"] == {"DEFAULT_4XX": {}}

    def test_leaves_the_rest_of_the_template_as_it_is(self):
        assert with_greedy_path(CHALICE)["Resources"]["Other"] == CHALICE["Resources"]["Other"]
