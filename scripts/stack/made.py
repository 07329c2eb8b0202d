"""How the stack is made the first time, and unmade when that fails."""

import re

from . import diff, template
from .template import ROOT, STAGES

# A change set of a stack that is not there yet hands parameters of nested stacks on as text that
# nobody has resolved, which a type of AWS's own refuses:
# https://github.com/awslabs/amazon-s3-find-and-forget/issues/224
CHECKED_TYPES = re.compile(r"AWS::")


def made():
    """A stack can be made, its zones chosen, and taken back when that fails."""
    for path in sorted((ROOT / "infra").glob("*.yaml")):
        for name, parameter in template.nested(path).get("Parameters", {}).items():
            if CHECKED_TYPES.search(parameter["Type"]):
                yield (
                    f"{path.name}: {name} is of the type {parameter['Type']}, which a nested "
                    "stack's must not be"
                )
    for stage in STAGES:
        rendered = template.stage(stage)
        for place, inner in rendered.items():
            for id, resource in inner["Resources"].items():
                yield from (
                    f"{stage}: {place}.{id} {problem}".replace(" .", " ")
                    for problem in problems(resource)
                )
        yield from (f"{stage}: {problem}" for problem in zones(rendered))


def problems(resource):
    """What is wrong with one resource."""
    kept = resource.get("DeletionPolicy")
    if (
        kept in diff.KEPT
        and kept != "RetainExceptOnCreate"
        and resource["Type"] != "AWS::Lambda::Version"
    ):
        yield f"stays when the stack that could not be made goes: {kept}"
    if resource["Type"] == "AWS::ApiGatewayV2::Api" and resource["Properties"].get(
        "FailOnWarnings"
    ):
        yield "cannot be made if API Gateway has a remark"
    if (
        resource["Type"] == "AWS::RDS::DBInstance"
        and resource["Properties"].get("AutoMinorVersionUpgrade") is not False
    ):
        yield "takes another version than the one that its cluster names"


def zones(rendered):
    """Whether every subnet is where the parameter says, if it says so."""
    given = template.GIVEN["Zones"].split(",")
    for id, resource in rendered["Network"]["Resources"].items():
        if (
            resource["Type"] == "AWS::EC2::Subnet"
            and resource["Properties"]["AvailabilityZone"] not in given
        ):
            yield f"Network.{id} is not in one of the zones that were chosen"
