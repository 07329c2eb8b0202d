"""The statements that a role is allowed and denied by: its own, and those of the named policies
that it has.

Named policies are managed policies of the template. AWS's own, which SAM attaches, are given by
their ARN and are not followed: they let a function write its log, be traced, sit in a network and
read queues.
"""

import json

from . import template
from .template import STAGES

# Managed policies of a role, characters of a managed policy, and characters of all policies that
# are a role's own. Spaces do not count:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_POLICIES = 10
LONGEST_POLICY = 6_144
LONGEST_OF_OWN = 10_240

# Characters of what names a resource, once CloudFormation has put it in.
LONGEST_NAME = 200


def several(value):
    """A list of what may be one alone."""
    return value if isinstance(value, list) else [value]


def role(function, resources):
    """The id of a function's role."""
    return resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]


def named(properties):
    """The ids of the template's policies that a role has."""
    return [
        each["Ref"] for each in properties.get("ManagedPolicyArns", []) if isinstance(each, dict)
    ]


def documents(resource):
    """The policy documents that a resource holds: a role its own, a policy the one that it is."""
    properties = resource["Properties"]
    if "PolicyDocument" in properties:
        return [properties["PolicyDocument"]]
    return [each["PolicyDocument"] for each in properties.get("Policies", [])]


def statements(function, resources):
    """Every statement that a function's role has, wherever it stands."""
    id = role(function, resources)
    holders = [resources[id], *(resources[each] for each in named(resources[id]["Properties"]))]
    return [
        each
        for holder in holders
        for document in documents(holder)
        for each in several(document["Statement"])
    ]


def functions(resources):
    """The ids of the functions of a rendered template."""
    return [id for id, each in resources.items() if each["Type"] == "AWS::Lambda::Function"]


def length(value):
    """Characters of a document without its spaces, and no fewer than IAM counts."""
    if (
        isinstance(value, dict)
        and len(value) == 1
        and {"Ref", "Fn::GetAtt", "Fn::Sub"} & set(value)
    ):
        return LONGEST_NAME
    if isinstance(value, dict):
        return 2 + sum(len(key) + 4 + length(each) for key, each in value.items())
    if isinstance(value, list):
        return 2 + sum(1 + length(each) for each in value)
    return len(json.dumps(value))


def policies_of_roles():
    """Policies are within IAM's limits, named ones have no fixed name, and what many roles allow
    stands in one place.
    """
    for stage in STAGES:
        resources = template.stage(stage)[""]["Resources"]
        yield from (f"{stage}: {problem}" for problem in [*limits(resources), *repeated(resources)])


def limits(resources):
    """What IAM would refuse, or could not be made beside another stack."""
    used = set()
    for id, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            attached = resource["Properties"].get("ManagedPolicyArns", [])
            used |= {*named(resource["Properties"])}
            if len(attached) > MOST_POLICIES:
                yield f"{id} has {len(attached)} managed policies"
            if sum(length(each) for each in documents(resource)) > LONGEST_OF_OWN:
                yield f"{id} has policies of its own that are too long"
    for id, resource in resources.items():
        if resource["Type"] != "AWS::IAM::ManagedPolicy":
            continue
        if length(resource["Properties"]["PolicyDocument"]) > LONGEST_POLICY:
            yield f"{id} is too long for a managed policy"
        if set(resource["Properties"]) != {"PolicyDocument"}:
            yield f"{id} has a name, or is attached by itself: {', '.join(resource['Properties'])}"
        if id not in used:
            yield f"{id} is a policy that no role has"


def repeated(resources):
    """Statements that a named policy has and others as well, or that three roles have and no named
    policy.
    """
    places = {}
    for id, resource in resources.items():
        if resource["Type"] in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
            for document in documents(resource):
                for each in several(document["Statement"]):
                    places.setdefault(json.dumps(each, sort_keys=True), []).append(id)
    for statement, ids in places.items():
        shared = [id for id in ids if resources[id]["Type"] == "AWS::IAM::ManagedPolicy"]
        if len(ids) > (1 if shared else 2):
            yield f"{', '.join(ids)} have the same statement: {statement}"
