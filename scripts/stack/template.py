"""Templates as CloudFormation sees them: SAM transformed, and resolved for one stage."""

import copy
import functools
import logging
import os
import pathlib

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# SAM says here what it does not know of its own switches.
logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGES = ["users", "users-1", "users-2", "users-3", "users-4", "users-5"]

# The smallest, without what the parameters in OPTIONS bring.
PLAIN = "plain"
OPTIONS = {"SentryDsn": "https://0123456789abcdef@o1.ingest.sentry.example/42"}

# A stage whose database is a copy, in a stack of its own.
SERVED = "served"
SERVED_STAGE = "users-3"

# Parameters without a default that holds for every stage, as somebody who deploys would give them.
GIVEN = {
    "PublicOrigin": "https://albumen.example",
    "Zones": "us-east-1a,us-east-1b,us-east-1c",
    "OriginSecret": "0123456789abcdef0123456789abcdef",
    "SigningKey": "0123456789abcdef0123456789abcdef",
    "MediaPublicKeyA": "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----",
    "MediaPrivateKey": "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----",
    "Domain": "albumen.example",
    "HostedZone": "Z0123456789ABCDEFGHIJ",
    "Certificate": (
        "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    ),
    "AlarmEmail": "alarms@albumen.example",
    "Pager": "https://events.pagerduty.example/x/enqueue",
}

PSEUDO = {"AWS::Region": "us-east-1", "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}

NOTHING = object()


class ManagedPolicies:
    """SAM asks IAM for the names of managed policies; none of ours is given by name."""

    def load(self):
        return {}


def read(path):
    """A template's text as CloudFormation's long form."""
    return yaml_parse(path.read_text())


def transformed(template, parameters):
    """What SAM makes of a template: CloudFormation's own resources alone."""
    template = copy.deepcopy(template)
    # SAM wants to know where the code was put; nothing is read there.
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://artefacts/function.zip"
    return transform(template, parameters, ManagedPolicies())


def is_known(value):
    """Whether a value is one, and not what names a resource of the stack above."""
    return not isinstance(value, dict)


class Resolver:
    """Evaluates what depends on parameters and mappings, and leaves what names resources."""

    def __init__(self, template, parameters):
        self.template = template
        self.parameters = {
            name: parameters.get(name, declared.get("Default"))
            for name, declared in template.get("Parameters", {}).items()
        }

    def condition(self, name):
        return self.truth(self.template["Conditions"][name])

    def truth(self, value):
        ((name, argument),) = value.items()
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::Equals":
            left, right = (self.value(part) for part in argument)
            return left == right if isinstance(left, (dict, list)) else str(left) == str(right)
        truths = [self.truth(part) for part in argument]
        return {"Fn::And": all(truths), "Fn::Or": any(truths), "Fn::Not": not truths[0]}[name]

    def value(self, value):
        if isinstance(value, list):
            return [item for item in (self.value(item) for item in value) if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self.function(name, argument)
        items = ((key, self.value(inner)) for key, inner in value.items())
        return {key: inner for key, inner in items if inner is not NOTHING}

    def function(self, name, argument):
        if name == "Ref":
            return self.reference(argument)
        if name == "Fn::If":
            condition, yes, no = argument
            return self.value(yes if self.condition(condition) else no)
        if name == "Fn::Sub":
            return self.substitute(argument)
        argument = self.value(argument)
        if name == "Fn::FindInMap":
            first, second, third = argument
            return self.template["Mappings"][first][str(second)][third]
        if name == "Fn::Split" and isinstance(argument[1], str):
            return argument[1].split(argument[0])
        if name == "Fn::Select" and isinstance(argument[1], list):
            return argument[1][int(argument[0])]
        if (
            name == "Fn::Join"
            and isinstance(argument[1], list)
            and all(isinstance(part, (str, int)) for part in argument[1])
        ):
            return argument[0].join(map(str, argument[1]))
        return {name: argument}

    def reference(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.parameters:
            value = self.parameters[name]
            if not is_known(value):
                return {"Ref": name}
            kind = self.template["Parameters"][name]["Type"]
            is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
            return value.split(",") if is_list and isinstance(value, str) else value
        return PSEUDO.get(name, {"Ref": name})

    def substitute(self, argument):
        pattern, variables = (argument, {}) if isinstance(argument, str) else argument
        variables = {key: self.value(inner) for key, inner in variables.items()}
        for name, known in [*self.parameters.items(), *PSEUDO.items(), *variables.items()]:
            if is_known(known):
                pattern = pattern.replace("${" + name + "}", str(known))
        left = {key: inner for key, inner in variables.items() if "${" + key + "}" in pattern}
        if "${" not in pattern:
            return pattern
        return {"Fn::Sub": [pattern, left] if left else pattern}


def resolved(template, parameters):
    """The resources and outputs that there are with these parameters, and their nested
    templates.
    """
    resolver = Resolver(template, parameters)
    resources = {}
    for name, resource in template["Resources"].items():
        if "Condition" not in resource or resolver.condition(resource["Condition"]):
            resources[name] = resolver.value(
                {key: inner for key, inner in resource.items() if key != "Condition"}
            )
    outputs = resolver.value({key: {**inner} for key, inner in template.get("Outputs", {}).items()})
    # The stack above gives these, so that no default holds.
    left = {
        name: {"Type": template["Parameters"][name]["Type"]}
        for name, value in resolver.parameters.items()
        if not is_known(value)
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": left,
        "Resources": resources,
        "Outputs": outputs,
    }


@functools.cache
def nested(path):
    """A template as it is written."""
    return read(path)


def root():
    """The root template as it is written."""
    return nested(ROOT / "template.yaml")


def given(name):
    """The parameters of a stage, of PLAIN or of SERVED."""
    if name == PLAIN:
        return {**GIVEN, "Scale": STAGES[0]}
    if name == SERVED:
        return {**GIVEN, **OPTIONS, "Scale": SERVED_STAGE, "ServedBy": "albumen-restored-latest"}
    return {**GIVEN, **OPTIONS, "Scale": name}


def stage(name):
    """Every template of a stage, of PLAIN or of SERVED, resolved, by its place: "", "Data",
    "Data.Cluster".
    """
    return stage_of(ROOT, name)


@functools.cache
def stage_of(folder, name):
    """The same of the templates in a folder."""
    parameters = given(name)
    templates = {
        "": resolved(transformed(nested(folder / "template.yaml"), parameters), parameters)
    }
    places = [("", folder)]
    for place, beside in places:
        for id, resource in templates[place]["Resources"].items():
            if resource["Type"] == "AWS::CloudFormation::Stack":
                path = beside / resource["Properties"]["TemplateURL"]
                inner = f"{place}.{id}".lstrip(".")
                templates[inner] = resolved(
                    nested(path), resource["Properties"].get("Parameters", {})
                )
                places.append((inner, path.parent))
    return templates
