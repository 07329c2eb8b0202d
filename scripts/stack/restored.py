"""Whether a copy of the database can be made, and serve: docs/recovery.md."""

import json

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from deployment import clusters

from . import diff, template
from .template import SERVED, SERVED_STAGE, STAGES

# What infra/data.yaml says of the cluster that serves.
OF_THE_CLUSTER = [
    *(
        "AccountsShards",
        "LibraryShards",
        "ActivityShards",
        "AccountsUser",
        "LibraryUser",
        "ActivityUser",
    ),
    *("Direct", "Secret", "Cluster"),
]

COPIED = {"RestoreFrom": "albumen-cluster", "RestoreTo": "2026-11-28T03:10:00Z"}

# What a copy takes from the nested stack of the cluster.
OWN = {
    "SubnetGroup": "albumen-subnets",
    "DatabaseGroup": "sg-0123456789abcdef0",
    "Key": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
}


def restored():
    """The stack is served by a copy without losing anything, and a copy is like what it is a copy
    of.
    """
    yield from diff.losses(SERVED_STAGE, SERVED)
    yield from diff.losses(SERVED, SERVED_STAGE)
    yield from taken_over(template.stage(SERVED))
    for stage in STAGES:
        yield from (f"{stage}: {problem}" for problem in copied(stage))


def taken_over(rendered):
    """What of a stack that is served by a copy still asks its own cluster."""
    outputs = rendered["Data"]["Outputs"]
    for name in OF_THE_CLUSTER:
        value = json.dumps(outputs[name]["Value"])
        if "Fn::ImportValue" not in value or '"Cluster"' in value:
            yield f"Data.{name} is not that of the cluster that serves: {value}"
    own = rendered["Data"]["Resources"]["Cluster"]["Properties"]["Parameters"]
    for name in ("MinCapacity", "Readers", "MaxReaders"):
        if own[name] != 0:
            yield f"the cluster that nobody asks has {name} {own[name]}"
    asked = rendered[""]["Resources"]["Migrated"]["Properties"].get("Database")
    if asked != {"Fn::GetAtt": ["Data", "Outputs.Direct"]}:
        yield "nothing brings a copy of another day up to what the code expects"


def copied(stage):
    """What is wrong with a copy at a stage."""
    source = template.nested(clusters.TEMPLATE)
    for name in clusters.OUTPUTS:
        if source["Outputs"].get(name, {}).get("Export") != {
            "Name": {"Fn::Sub": "${AWS::StackName}-" + name}
        }:
            yield f"the cluster's {name} is exported to nobody"
    parameters = clusters.parameters(stage, OWN, COPIED)
    if set(parameters) != set(source["Parameters"]):
        yield f"a copy is made with {sorted(parameters)}"
    made = template.resolved(source, parameters)
    yield from differences(template.stage(stage)["Data.Cluster"]["Resources"], made["Resources"])
    for match in lint(
        json.dumps(made), config=ManualArgs(regions=["us-east-1"], ignore_checks=["W2001"])
    ):
        yield f"a copy: {match.rule.id} {match.message}"


# Properties of the cluster in which a copy differs: it has the second two of its source.
OF_A_COPY = {"SourceDBClusterIdentifier", "RestoreToTime", "MasterUsername", "StorageEncrypted"}
OF_A_PLACE = {
    "DBSubnetGroupName",
    "VpcSecurityGroupIds",
    "KmsKeyId",
    "MasterUserSecret",
    "Tags",
    "DeletionProtection",
}


def text(value):
    """A value in which a number is as good as its digits: parameters of stacks are text."""
    if isinstance(value, dict):
        return {key: text(inner) for key, inner in value.items()}
    return value if isinstance(value, (bool, list)) else str(value)


def differences(own, copy):
    """What of a copy is not as the cluster that the stack has at this stage."""
    if set(own) != set(copy):
        yield f"a copy has other resources: {sorted(set(own) ^ set(copy))}"
    before, after = own["Cluster"]["Properties"], copy["Cluster"]["Properties"]
    changed = {
        name for name in {*before, *after} if text(before.get(name)) != text(after.get(name))
    }
    if changed - OF_A_PLACE != OF_A_COPY:
        yield f"a copy differs in {sorted((changed - OF_A_PLACE) ^ OF_A_COPY)}"
    if (
        after.get("SourceDBClusterIdentifier") != COPIED["RestoreFrom"]
        or after.get("RestoreToTime") != COPIED["RestoreTo"]
    ):
        yield "a copy is of another cluster, or of another moment"
    if text(own["ClusterParameters"]) != text(copy["ClusterParameters"]):
        yield "a copy has other parameters"
