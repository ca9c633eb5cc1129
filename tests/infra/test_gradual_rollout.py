"""A package whose deployment shifts traffic gradually: who invokes the alias, and what turns a deployment back."""

import json
from typing import Any

import pytest

from infra.added_template import added_template
from infra.gradual_rollout import ALARMS, ALIAS, ROLLOUTS, with_gradual_rollout

URI = {"Fn::Sub": "arn:aws:apigateway:region:lambda:path/2015-03-31/functions/${APIHandler.Arn}/invocations"}
CHALICE = {
    "Resources": {
        **{name: {"Type": "AWS::Serverless::Function", "Properties": {"Handler": name}} for name in ALARMS},
        "APIHandlerInvokePermission": {"Properties": {"FunctionName": {"Ref": "APIHandler"}, "Action": "invoke"}},
        "RestAPI": {"Properties": {"DefinitionBody": {"paths": {"/": {"get": {"uri": URI}, "post": {"uri": URI}}}}}},
        "Other": {"Type": "AWS::SQS::Queue"},
    }
}


def resources(rollout: str = ROLLOUTS[0]) -> Any:
    return with_gradual_rollout(CHALICE, rollout)["Resources"]


def references(content: Any) -> set[str]:
    """The resources that a part of the template refers to."""
    match content:
        case {"Ref": str(name)}:
            return {name.split(".")[0]}
        case {"Fn::GetAtt": [name, *_]}:
            return {name}
        case dict():
            return set().union(*map(references, content.values()))
        case list():
            return set().union(*map(references, content))
    return set()


@pytest.mark.parametrize("function", ALARMS)
def test_each_function_gets_an_alias_that_shifts_and_returns_on_its_alarms(function):
    given = resources("Linear10PercentEvery1Minute")[function]["Properties"]

    assert given["AutoPublishAlias"] == ALIAS
    assert given["DeploymentPreference"]["Type"] == "Linear10PercentEvery1Minute"
    assert given["DeploymentPreference"]["Alarms"] == [{"Ref": alarm} for alarm in ALARMS[function]]
    assert given["Handler"] == function


def test_the_api_invokes_the_alias_and_nothing_else():
    shifted = resources()
    api = shifted["RestAPI"]["Properties"]["DefinitionBody"]["paths"]["/"]

    for method in ("get", "post"):
        text, names = api[method]["uri"]["Fn::Sub"]
        assert text.endswith("/functions/${Alias}/invocations")
        assert names == {"Alias": {"Ref": "APIHandler.Alias"}}
    assert shifted["APIHandlerInvokePermission"]["Properties"] == {
        "FunctionName": {"Ref": "APIHandler.Alias"},
        "Action": "invoke",
    }
    assert "APIHandler.Arn" not in json.dumps(shifted)


def test_the_rest_of_the_template_stays_as_it_is():
    assert resources()["Other"] == CHALICE["Resources"]["Other"]


@pytest.mark.parametrize("alarm", sorted({alarm for alarms in ALARMS.values() for alarm in alarms}))
def test_an_alarm_that_turns_a_deployment_back_exists_and_does_not_itself_wait_for_the_api(alarm):
    """The alias waits for its alarms, and the API for the alias: an alarm that waits for the API would be a circle."""
    made = added_template()["Resources"][alarm]

    assert made["Type"] == "AWS::CloudWatch::Alarm"
    assert "RestAPI" not in references(made)
