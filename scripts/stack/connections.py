"""Connections to the databases, without a proxy: docs/decisions/010-no-proxy.md.

An instance takes so many, by the most capacity that it may have and not by what it has now, so that
the number is the same at the least capacity. Each of the three users may have a share; workers
leave people a third of it at least.
"""

from . import template
from .template import STAGES

# What Aurora MySQL takes at up to so many units: "Maximum connections" of
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
# What is not in the table has what comes before it.
DEFAULT = {1: 90, 4: 135, 8: 1000, 16: 2000, 32: 3000, 64: 4000, 128: 5000}

# Those who look after the cluster: Migrate, people, and RDS itself.
OTHERS = 6

# Seconds that functions wait for a database to wake (WAKES in
# shared/src/stores/mysql/auto_pause.rs), and for the rest.
WAKES = 20
REST = 5

# Of one execution environment to one logical database: CONNECTIONS in
# shared/src/stores/mysql/endpoint.rs.
OF_ENVIRONMENT = 2

DATABASES = ("ACCOUNTS", "LIBRARY", "ACTIVITY")


def most(units):
    """Connections that an instance takes which may have so many units."""
    return DEFAULT[max(known for known in DEFAULT if known <= float(units))]


def workers(resources, database):
    """Connections to a logical database that those functions can have at once which read queues."""
    count = 0
    for id, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::EventSourceMapping":
            variables = resources[id.removesuffix("Queue")]["Properties"]["Environment"][
                "Variables"
            ]
            if f"{database}_SHARDS" in variables:
                count += (
                    int(resource["Properties"]["ScalingConfig"]["MaximumConcurrency"])
                    * OF_ENVIRONMENT
                )
    return count


def figures(stage):
    """What an instance takes, what each user may have, and what workers can use of that, by logical
    database.
    """
    rendered = template.stage(stage)
    cluster = rendered["Data.Cluster"]["Resources"]
    units = cluster["Cluster"]["Properties"]["ServerlessV2ScalingConfiguration"]["MaxCapacity"]
    of_user = int(
        cluster["ClusterParameters"]["Properties"]["Parameters"].get("max_user_connections", 0)
    )
    used = {database: workers(rendered[""]["Resources"], database) for database in DATABASES}
    return most(units), of_user, used


def connections():
    """No user takes what others need: the sum is within what an instance takes, and workers leave
    people a third.
    """
    for stage in STAGES:
        whole, of_user, used = figures(stage)
        if of_user == 0:
            yield f"{stage}: nothing limits the connections of a user"
        elif len(DATABASES) * of_user + OTHERS > whole:
            yield (
                f"{stage}: {len(DATABASES)} users may have {of_user} connections each, and an "
                f"instance takes {whole}"
            )
        for database, count in used.items():
            if 3 * count > 2 * of_user:
                yield (
                    f"{stage}: workers can have {count} of the {of_user} connections to "
                    f"{database.lower()}"
                )


def asleep():
    """Where the database sleeps, functions know it, and have the time to wake it."""
    for stage in STAGES:
        rendered = template.stage(stage)
        scaling = rendered["Data.Cluster"]["Resources"]["Cluster"]["Properties"][
            "ServerlessV2ScalingConfiguration"
        ]
        sleeps = float(scaling["MinCapacity"]) == 0
        if rendered["Data"]["Outputs"]["Sleeps"]["Value"] != ("yes" if sleeps else "no"):
            yield (
                f"{stage}: functions are told otherwise of a database whose least capacity is "
                f"{scaling['MinCapacity']}"
            )
        for id, resource in rendered[""]["Resources"].items():
            if resource["Type"] != "AWS::Lambda::Function":
                continue
            variables = resource["Properties"]["Environment"]["Variables"]
            if variables.get("DATABASE_SLEEPS") != {"Fn::GetAtt": ["Data", "Outputs.Sleeps"]}:
                yield f"{stage}: {id} is not told whether the database sleeps"
            asks = any(f"{database}_SHARDS" in variables for database in DATABASES)
            if sleeps and asks and int(resource["Properties"]["Timeout"]) < WAKES + REST:
                yield (
                    f"{stage}: {id} may take {resource['Properties']['Timeout']} s, and the "
                    f"database takes {WAKES} to wake"
                )
