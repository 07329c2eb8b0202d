"""What logs must not hold, and how long they are kept."""

from . import template
from .template import STAGES

# Logs of the database that go to CloudWatch. Those of statements have what people typed in them,
# and RDS keeps their groups without an end.
TOLD = {"error"}


def logs():
    """No statement of the database goes into a log that outlives the row, and every log group of
    the stack ends its lines.
    """
    for stage in STAGES:
        for place, inner in template.stage(stage).items():
            for id, resource in inner["Resources"].items():
                name = f"{stage}: {place}.{id}".replace(" .", " ")
                properties = resource.get("Properties", {})
                yield from (f"{name} {each}" for each in problems(resource["Type"], properties))


def problems(kind, properties):
    """What is wrong with one resource."""
    if kind == "AWS::Logs::LogGroup" and "RetentionInDays" not in properties:
        yield "keeps its lines without an end"
    if kind == "AWS::RDS::DBCluster":
        for log in properties.get("EnableCloudwatchLogsExports", []):
            if log not in TOLD:
                yield f"sends its log {log} to CloudWatch"
    if kind == "AWS::RDS::DBClusterParameterGroup":
        printed = properties["Parameters"].get("innodb_print_all_deadlocks", "0")
        if printed != "0":
            yield "prints statements of deadlocks into the log of errors"
