"""Every stage as moto's CloudFormation takes it: `python -m stack accepted`.

moto runs in this process. It follows into no nested stack, so it is given each stage as one
template; what it has no kind for is taken out, and whoever names that gets a name instead. Each
resource is then accepted, or refused for a reason that stands here, with whose fault it is. A
refusal without one is a finding, and so is a reason that nothing needs any more.
"""

import collections
import contextlib
import json
import unittest.mock
import warnings
from typing import NamedTuple

import boto3
import moto
from moto.cloudformation import parsing

from . import emulate, flat, template

STAGES = [*template.STAGES, template.PLAIN, template.SERVED]
STACK = "albumen"


class Reason(NamedTuple):
    """Why something is refused, and whose fault that is: moto's, or ours."""

    kind: str
    error: str  # a part of what moto says
    reason: str
    whose: str = "moto"


NO_SUCH_KIND = "its CloudFormation has no such kind"
REASONS = [
    Reason("AWS::EC2::Route", "eigw", "it names a gateway of a kind that was left out"),
    Reason("AWS::RDS::DBInstance", "aurora-mysql", "it wants the version that the cluster has"),
]


def is_unknown(resource):
    """Whether moto has no kind for a resource, or would run a function of ours for it."""
    return resource["Type"] not in parsing.get_model_map()


def standing_in(resources):
    """What takes the place of a version's name where moto has none: the function itself."""
    return {
        id: {"Fn::GetAtt": [each["Properties"]["FunctionName"]["Ref"], "Arn"]}
        for id, each in resources.items()
        if each["Type"] == "AWS::Lambda::Alias"
    }


def replaced(value, values):
    """A value in which what names one of these has its value instead."""
    if isinstance(value, list):
        return [replaced(item, values) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("Ref"), str) and value["Ref"] in values:
        return values[value["Ref"]]
    return {key: replaced(inner, values) for key, inner in value.items()}


def pruned(resources):
    """What moto has kinds for, and the kind of each that it has not."""
    gone = {id: each["Type"] for id, each in resources.items() if is_unknown(each)}
    kept = {id: each for id, each in resources.items() if id not in gone}
    kept = emulate.without(replaced(kept, standing_in(resources)), gone)
    for resource in kept.values():
        resource["DependsOn"] = [id for id in resource["DependsOn"] if id in kept]
    return kept, gone


def imports(value):
    """The names of everything that is taken from another stack."""
    if isinstance(value, list):
        return {name for item in value for name in imports(item)}
    if not isinstance(value, dict):
        return set()
    found = {value["Fn::ImportValue"]} if "Fn::ImportValue" in value else set()
    return found.union(*(imports(inner) for inner in value.values()))


def exporting(names):
    """A stack that exports values of these names, as the stack of a copy does: ARNs, because
    policies are made of some.
    """
    prefix = "arn:aws:rds-db:us-east-1:123456789012:dbuser:"
    outputs = {
        f"Value{number}": {"Value": prefix + name, "Export": {"Name": name}}
        for number, name in enumerate(sorted(names))
    }
    return json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs})


@contextlib.contextmanager
def account():
    """An account of moto's, with what a deployment finds there: the code, and the zone."""
    with moto.mock_aws(config={"lambda": {"use_docker": False}}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        emulate.package(session.client("s3"))
        zone = session.client("route53").create_hosted_zone(
            Name=template.GIVEN["Domain"], CallerReference=STACK
        )
        yield session, zone["HostedZone"]["Id"].removeprefix("/hostedzone/")


@contextlib.contextmanager
def noting(refused):
    """Has moto go on where it refuses a resource, and notes what it said."""
    make = parsing.parse_and_create_resource

    def made(id, resource, *others, **named):
        try:
            return make(id, resource, *others, **named)
        except Exception as error:  # noqa: BLE001 (whatever moto raises is its refusal)
            refused[id] = f"{type(error).__name__}: {error}"
            return None

    with unittest.mock.patch.object(parsing, "parse_and_create_resource", made):
        yield


def refusals(resources):
    """What moto says of each resource that it refuses, and what it has not though it took it."""
    kept, gone = pruned(resources)
    refused = dict.fromkeys(gone, NO_SUCH_KIND)
    with account() as (session, zone), noting(refused):
        body = json.dumps({"Resources": kept}, default=str)
        body = body.replace(template.GIVEN["HostedZone"], zone)
        session.client("s3").put_object(Bucket=emulate.BUCKET, Key="stack.json", Body=body)
        cloudformation = session.client("cloudformation")
        cloudformation.create_stack(StackName="other", TemplateBody=exporting(imports(kept)))
        url = f"https://{emulate.BUCKET}.s3.amazonaws.com/stack.json"
        cloudformation.create_stack(
            StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_IAM"]
        )
        taken = [each for id, each in kept.items() if id not in refused]
        missing = list(emulate.missing(session, taken))
    return refused, missing


def unnoticed():
    """What moto takes though it is wrong: then what it takes says nothing."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "no ARN"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": document},
        "DependsOn": [],
    }
    refused, _ = refusals({"Policy": policy})
    if "MalformedPolicyDocument" not in refused.get("Policy", ""):
        yield "a policy on what is no ARN is accepted"


def explained(kind, said):
    """The reason for a refusal; none where it is not known."""
    if said == NO_SUCH_KIND:
        return Reason(kind, said, NO_SUCH_KIND)
    return next((each for each in REASONS if each.kind == kind and each.error in said), None)


class Report:
    """What moto takes of the stages, what it refuses and why, and what is not explained."""

    def __init__(self):
        self.accepted = collections.Counter()
        self.refused = {}
        self.problems = []
        self.needed = set()

    def add(self, stage):
        resources = flat.stage(stage)
        said, missing = refusals(resources)
        self.problems += [f"{stage}: {each}" for each in missing]
        for id, each in resources.items():
            if id not in said:
                self.accepted[each["Type"]] += 1
            elif reason := explained(each["Type"], said[id]):
                self.needed.add(reason)
                why = f"{reason.whose}: {reason.reason}"
                self.refused.setdefault(each["Type"], collections.Counter())[why] += 1
            else:
                self.problems.append(f"{stage}: {each['Type']} {id} is refused: {said[id]}")


def run():
    """How many resources of each kind moto takes and refuses, why, and what is not explained."""
    report = Report()
    for stage in STAGES:
        report.add(stage)
    unneeded = [each.reason for each in REASONS if each not in report.needed]
    report.problems += [f"nothing is refused because {reason}" for reason in unneeded]
    report.problems += unnoticed()
    return {
        "accepted": dict(sorted(report.accepted.items())),
        "refused": dict(sorted(report.refused.items())),
        "problems": report.problems,
    }
