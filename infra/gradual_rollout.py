"""Makes a deployment shift traffic to the new version step by step, and back when an alarm goes off.

Each function gets the alias `live`, which API Gateway, the queue and the schedule invoke. CodeDeploy shifts it. Without
this, CloudFormation replaces the code of a function at once.
"""

from chalicelib.foundation.json import Json

ALIAS = "live"
#: How CodeDeploy shifts the alias, by the names that SAM has for it.
ROLLOUTS = (
    "Canary10Percent5Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery3Minutes",
)
#: The alarms that end a deployment: each tells within minutes that the code itself fails.
ALARMS = {
    "APIHandler": ("ApiErrors", "RequestsFail"),
    "StartJob": ("StartJobErrors", "JobsFailByUs"),
    "ProcessImports": ("ScheduleErrors", "JobsFailByUs"),
}

_FUNCTION = "${APIHandler.Arn}"


def with_gradual_rollout(template: Json, rollout: str) -> Json:
    """The template with an alias for each function that is shifted as `rollout` says."""
    resources = dict(template["Resources"])
    for name, alarms in ALARMS.items():
        resources[name] = _with_properties(
            resources[name],
            AutoPublishAlias=ALIAS,
            AutoPublishAliasAllProperties=True,  # settings belong to a version, so another setting makes another one
            DeploymentPreference={"Type": rollout, "Alarms": [{"Ref": alarm} for alarm in alarms]},
        )
    invoked = {"FunctionName": {"Ref": "APIHandler.Alias"}}
    resources["APIHandlerInvokePermission"] = _with_properties(resources["APIHandlerInvokePermission"], **invoked)
    api = resources["RestAPI"]
    body = _invoking_alias(api["Properties"]["DefinitionBody"])
    resources["RestAPI"] = _with_properties(api, DefinitionBody=body)
    return {**template, "Resources": resources}


def _with_properties(resource: Json, **more: Json) -> Json:
    return {**resource, "Properties": {**resource["Properties"], **more}}


def _invoking_alias(content: Json) -> Json:
    """The same description of an API, with integrations that invoke the alias."""
    match content:
        case {"Fn::Sub": str(uri)} if _FUNCTION in uri:
            return {"Fn::Sub": [uri.replace(_FUNCTION, "${Alias}"), {"Alias": {"Ref": "APIHandler.Alias"}}]}
        case dict():
            return {name: _invoking_alias(each) for name, each in content.items()}
    return content
