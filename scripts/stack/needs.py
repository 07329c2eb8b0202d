"""What a stage needs of an account: quotas, the engine's version, and the actions that make its
resources.
"""

import dataclasses

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from . import template

# Availability zones of the network.
ZONES = 3

# Lambda keeps so many of an account's executions for functions that reserve none:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100


@dataclasses.dataclass
class Quota:
    """A quota of Service Quotas, and the least that a stage needs of it."""

    what: str
    service: str
    code: str
    least: float
    stops: bool  # whether the deployment fails without it, or only the load


def resources(stage):
    """Every resource of a stage, its nested stacks' included."""
    for rendered in template.stage(stage).values():
        yield from rendered["Resources"].values()


def properties(stage, kind):
    return [
        resource.get("Properties", {}) for resource in resources(stage) if resource["Type"] == kind
    ]


def reserved(stage):
    """Concurrent executions that the stack takes for itself: reserved, provisioned, and what must
    be left.
    """
    functions = properties(stage, "AWS::Lambda::Function")
    kept = sum(int(function.get("ReservedConcurrentExecutions", 0)) for function in functions)
    aliases = properties(stage, "AWS::Lambda::Alias")
    warm = sum(
        int(alias.get("ProvisionedConcurrencyConfig", {}).get("ProvisionedConcurrentExecutions", 0))
        for alias in aliases
    )
    return kept + warm + UNRESERVED


# Concurrent executions that the load of a stage takes, as docs/operations.md names them.
EXECUTIONS = {
    "users": 0,
    "users-1": 1_000,
    "users-2": 1_000,
    "users-3": 1_000,
    "users-4": 10_000,
    "users-5": 50_000,
}


def table_units(stage):
    """Units of reading and writing that the table begins with, provisioned or warm."""
    (table,) = properties(stage, "AWS::DynamoDB::Table")
    given = table.get("ProvisionedThroughput") or {}
    warm = table.get("WarmThroughput") or {}
    reads = given.get("ReadCapacityUnits") or warm.get("ReadUnitsPerSecond") or 0
    writes = given.get("WriteCapacityUnits") or warm.get("WriteUnitsPerSecond") or 0
    return float(reads), float(writes)


def quotas(stage):
    """The quotas that a stage meets."""
    reads, writes = table_units(stage)
    buckets = len(properties(stage, "AWS::S3::Bucket"))
    distributions = len(properties(stage, "AWS::CloudFront::Distribution"))
    return [
        Quota(
            "concurrent executions that are reserved", "lambda", "L-B99A9384", reserved(stage), True
        ),
        Quota(
            "concurrent executions for the load", "lambda", "L-B99A9384", EXECUTIONS[stage], False
        ),
        Quota("read units of a table", "dynamodb", "L-CF0CBE56", reads, True),
        Quota("write units of a table", "dynamodb", "L-AB614373", writes, True),
        Quota("networks in a region", "vpc", "L-F678F1CE", 1, True),
        Quota("distributions", "cloudfront", "L-24B04930", distributions, True),
        Quota("buckets", "s3", "L-DC2B2D3D", buckets, True),
    ]


def engine():
    """The database's engine and its version."""
    (cluster,) = properties(template.STAGES[0], "AWS::RDS::DBCluster")
    return cluster["Engine"], cluster["EngineVersion"]


# Actions that no kind of resource is named after: those of roles with their policies, and
# CloudFormation's own.
UNNAMED = {
    *("iam:PassRole", "iam:CreatePolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy"),
    *("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
}


def actions(stage):
    """The actions that make the resources: of each kind the one that AWS's schema names after it,
    and UNNAMED.
    """
    found = set(UNNAMED)
    for kind in {resource["Type"] for resource in resources(stage)}:
        if kind.startswith("Custom::"):
            continue
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        permissions = schema.get("handlers", {}).get("create", {}).get("permissions", [])
        made = f"create{kind.rsplit('::', 1)[1]}".lower()
        found |= {each for each in permissions if each.split(":")[-1].lower() == made}
    return sorted(found)
