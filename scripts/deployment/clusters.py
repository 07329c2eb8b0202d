"""Copies of the database: stacks of infra/cluster.yaml, beside the cluster that a stack has of its
own.
"""

import pathlib

from botocore.exceptions import WaiterError
from stack import template

from .stacks import Failed

TEMPLATE = pathlib.Path(__file__).resolve().parents[2] / "infra/cluster.yaml"

# What infra/data.yaml takes from a cluster that serves.
OUTPUTS = {"Writer", "Reader", "Secret", "Identifier", "Users"}

# A full copy takes longer the more rows there are.
PATIENT = {"Delay": 30, "MaxAttempts": 1440}


def name_of_copy(stack, moment):
    """albumen-restored-20261128t031000z, or …-latest."""
    when = moment.replace("-", "").replace(":", "").lower() if moment else "latest"
    return f"{stack}-restored-{when}"


def parameters(scale, own, copied):
    """Parameters of a copy at a stage: those of the stage, and from the cluster that the stack has
    what it is in.
    """
    of_stage = template.stage(scale)["Data"]["Resources"]["Cluster"]["Properties"]["Parameters"]
    plain = {name: str(value) for name, value in of_stage.items() if not isinstance(value, dict)}
    return {**own, **plain, "Protected": "yes", "Name": "restored", **copied}


def own_cluster(stack):
    """The nested stack of the cluster that a stack has of its own."""
    data = stack.of(stack.resource("Data"))
    return stack.of(data.resource("Cluster"))


def listed(values):
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def make(stack, name, moment):
    """Makes a copy of the cluster that serves a stack, and waits until its writer is there."""
    copied = {"RestoreFrom": stack.outputs()["Cluster"], "RestoreTo": moment or ""}
    wanted = parameters(stack.parameters()["Scale"], own_cluster(stack).parameters(), copied)
    create = {"StackName": name, "TemplateBody": TEMPLATE.read_text(), "Parameters": listed(wanted)}
    # What could not be made stays to be looked at: its events say why, and nobody depends on it.
    stack.cloudformation.create_stack(
        **create, Capabilities=["CAPABILITY_IAM"], OnFailure="DO_NOTHING"
    )
    wait(stack, "stack_create_complete", name)


def follow(stack):
    """Gives the copy that serves a stack what the stack's stage takes; the name of the copy."""
    name = stack.parameters().get("ServedBy")
    if not name:
        raise Failed(f"{stack.name} is served by its own cluster, which follows by itself.")
    copy = stack.of(name)
    kept = {
        each: value
        for each, value in copy.parameters().items()
        if each in ("RestoreFrom", "RestoreTo")
    }
    wanted = parameters(stack.parameters()["Scale"], own_cluster(stack).parameters(), kept)
    if wanted == copy.parameters():
        return name
    update = {"StackName": name, "TemplateBody": TEMPLATE.read_text(), "Parameters": listed(wanted)}
    stack.cloudformation.update_stack(**update, Capabilities=["CAPABILITY_IAM"])
    wait(stack, "stack_update_complete", name)
    return name


def wait(stack, waiter, name):
    try:
        stack.cloudformation.get_waiter(waiter).wait(StackName=name, WaiterConfig=PATIENT)
    except WaiterError as error:
        raise Failed(f"{name} was not made: look at its events. {error}") from error


def check(copy):
    """Refuses a stack that is no cluster which could serve."""
    missing = OUTPUTS - set(copy.outputs())
    if missing:
        raise Failed(
            f"{copy.name} has no {', '.join(sorted(missing))}: it is no stack of "
            "infra/cluster.yaml."
        )
