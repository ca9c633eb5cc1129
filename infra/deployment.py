"""Deployment: deploys a package with CloudFormation into the embedded AWS, as an operator does into AWS."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.foundation.json import Json
from chalicelib.providers.registry import PROVIDERS

STACK = "contact-intake-rehearsal"
BUCKET = "packages"
SECRET = "contact-intake"  # noqa: S105 # the secret's name
SECRETS = ("CRON_SECRET", "SIGNIN_CLIENT_SECRET", *(f"{name.upper()}_CLIENT_SECRET" for name in PROVIDERS))
LONGEST_SECONDS = 60.0

Client = Any  # boto3's clients have no common type


class DeploymentFailed(Exception):
    """The stack could not be created or deleted. The message has the reasons of CloudFormation."""


@dataclass(frozen=True)
class Deployment:
    """A stack in the embedded AWS."""

    #: Makes a client of a service.
    client: Callable[[str], Client]
    endpoint: str

    def create(self, package: Path, settings: Mapping[str, str]) -> dict[str, str]:
        """Create the stack; returns its outputs.

        Args:
            settings: by the names of their environment variables.

        Raises:
            DeploymentFailed: a resource cannot be created.
        """
        self._create_secrets(settings)
        template = json.loads((package / "sam.json").read_text())
        self._upload(package / "deployment.zip", template)
        self.client("cloudformation").create_stack(
            StackName=STACK,
            TemplateURL=f"{self.endpoint}/{BUCKET}/template.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=parameters(template, settings),
        )
        self._wait_for("CREATE_COMPLETE")
        stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def delete(self) -> None:
        """Delete the stack.

        Raises:
            DeploymentFailed: a resource cannot be deleted.
        """
        stack_id = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]
        self.client("cloudformation").delete_stack(StackName=STACK)
        self._wait_for("DELETE_COMPLETE", stack_id)

    def resources(self) -> dict[str, str]:
        """The physical id of every resource, by its logical id."""
        found = self.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}

    def switch_queue(self, *, on: bool) -> None:
        """Turn on or off that messages start jobs; without them, the schedule does."""
        functions = self.client("lambda")
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)

    def _create_secrets(self, settings: Mapping[str, str]) -> None:
        secrets = {name.lower(): settings.get(name, "") for name in SECRETS}
        self.client("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps(secrets))

    def _upload(self, deployment: Path, template: Json) -> None:
        """Upload the zip and point the template to it, as `aws cloudformation package` does."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.upload_file(str(deployment), BUCKET, "deployment.zip")
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = f"s3://{BUCKET}/deployment.zip"
        s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())

    def _wait_for(self, status: str, stack: str = STACK) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while (now := self._status(stack)).endswith("IN_PROGRESS") and time.monotonic() < until:
            time.sleep(0.1)
        if now != status:
            raise DeploymentFailed(f"The stack is {now}, not {status}.\n{self._reasons(stack)}")

    def _status(self, stack: str) -> str:
        return str(self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])

    def _reasons(self, stack: str) -> str:
        events = self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        return "\n".join(f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed)


def parameters(template: Json, settings: Mapping[str, str]) -> list[dict[str, str]]:
    """The settings for which the template has parameters: PUBLIC_URL is the parameter PublicUrl."""
    given = {"".join(word.capitalize() for word in name.split("_")): value for name, value in settings.items()}
    return [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in given.items()
        if name in template["Parameters"]
    ]
