"""Rules that every stage keeps: each is a function that yields a sentence for what breaks it."""

import itertools
import json
import re
import time

from cfnlint.api import lint
from cfnlint.config import ManualArgs

from . import diff, roles, template
from .connections import asleep, connections
from .costs import costs
from .deployed import deployed
from .edges import edges
from .keys import keys
from .logs import logs
from .loops import loops
from .made import made
from .pages import pages
from .quotas import quotas
from .reporting import reporting
from .restored import restored
from .roles import policies_of_roles, several
from .template import ROOT, STAGES

# So many are refused. "Maximum number of resources that you can declare in your CloudFormation
# template: 500", says "Understand CloudFormation quotas" of the AWS CloudFormation User Guide.
MOST_RESOURCES = 500

# Properties that give a resource a name.
NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    # AWS asks for one: ours is the id of the stack, and a replacement would be a stack of its own.
    "AWS::RedshiftServerless::Namespace": None,
}

# What may go with its stack: lines of a log, and messages, of which each is about a row.
MAY_GO = {"AWS::Logs::LogGroup", "AWS::SQS::Queue"}

# Seconds that API Gateway waits for a function.
PATIENCE = 29

# Actions that name no resource, each with the reason why "*" is all that can be said.
WITHOUT_RESOURCE = {
    # They name a statement; each role sees its own, which is the rule of the Data API.
    "redshift-data:DescribeStatement",
    "redshift-data:GetStatementResult",
}

# Functions that read a shard map to count its clusters, and ask none.
COUNTS_CLUSTERS = {"RollUpStatistics"}

# cfn-lint's rules that do not hold here.
IGNORED = [
    "W3002",  # the paths of nested templates are put right when the stack is packaged
    "W2001",  # a nested template has parameters that not every stage uses
    "W3010",  # zones are what the parameter says: rendered, they look as if they were written down
]


def everywhere(kinds=None):
    """Every resource of every stage: stage, place, id, resource."""
    for stage in STAGES:
        for place, inner in template.stage(stage).items():
            for id, resource in inner["Resources"].items():
                if kinds is None or resource["Type"] in kinds:
                    yield stage, f"{place}.{id}".lstrip("."), resource


def functions():
    """Functions of the template as it is written, by name, with what triggers them and what all
    have.
    """
    shared, resources = template.root()["Globals"]["Function"], template.root()["Resources"]
    return {
        id: {**shared, **each["Properties"]}
        for id, each in resources.items()
        if each["Type"] == "AWS::Serverless::Function"
    }


def kebab(name):
    """GetAlbum → get-album."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


# ------------------------------------------------------------------------ size and names


def sizes():
    """A stack has fewer than 490 resources."""
    for stage in STAGES:
        for place, inner in template.stage(stage).items():
            count = len(inner["Resources"])
            if count >= MOST_RESOURCES:
                yield f"{stage}: {place or 'the root'} has {count} resources"


def names():
    """What holds data has no name of its own."""
    for stage, name, resource in everywhere(NAMES):
        property = NAMES[resource["Type"]]
        if property and property in resource.get("Properties", {}):
            yield f"{stage}: {name} has a {property}"


def retention():
    """What holds data outlives its stack, and its replacement."""
    for stage, name, resource in everywhere(diff.HOLDS_DATA - MAY_GO):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.get(policy) not in diff.KEPT:
                yield f"{stage}: {name} has {policy} {resource.get(policy)}"


def steps():
    """No step from one stage to the next loses data, up or down."""
    for before, after in itertools.pairwise(STAGES):
        yield from diff.losses(before, after)
        yield from diff.losses(after, before)


# ------------------------------------------------------------------------------- linting


# What cfn-lint says of a template without those of its resources that it has seen already; see
# dangling().
NAMELESS = ["E1010", "E1018", "E1019", "E1020", "E3005", "E6101"]


def linted():
    """cfn-lint finds nothing in any template of any stage."""
    seen = set()
    # The largest is looked at as a whole, of the others what they have for themselves.
    for stage in reversed(STAGES):
        for place, inner in template.stage(stage).items():
            fresh = {
                id: each
                for id, each in inner["Resources"].items()
                if fingerprint(place, id, each) not in seen
            }
            seen |= {fingerprint(place, id, each) for id, each in fresh.items()}
            if not fresh:
                continue
            whole = len(fresh) == len(inner["Resources"])
            ignored = IGNORED if whole else IGNORED + NAMELESS
            text = json.dumps(
                {**inner, "Resources": fresh, "Outputs": inner["Outputs"] if whole else {}}
            )
            for match in lint(
                text, config=ManualArgs(regions=["us-east-1"], ignore_checks=ignored)
            ):
                path = "/".join(map(str, match.path or []))
                yield f"{stage}: {place or 'root'}: {match.rule.id} {match.message} ({path})"


def fingerprint(place, id, resource):
    """What cfn-lint need not see twice: a function is no other one for being traced."""
    properties = {
        key: value
        for key, value in resource.get("Properties", {}).items()
        if key != "TracingConfig"
    }
    return place, id, json.dumps({**resource, "Properties": properties})


def dangling():
    """Nothing names a resource, or an output of a nested stack, that its stage does not have."""
    for stage in [*STAGES, template.PLAIN]:
        rendered = template.stage(stage)
        for place, inner in rendered.items():
            known = {*inner["Resources"], *inner["Parameters"]}
            for owner, part in [*inner["Resources"].items(), *inner["Outputs"].items()]:
                for name, attribute in named(part):
                    if name not in known:
                        yield f"{stage}: {place}.{owner} names {name}, which is not there"
                    nested = rendered.get(f"{place}.{name}".lstrip("."))
                    if (
                        nested
                        and attribute.startswith("Outputs.")
                        and attribute.removeprefix("Outputs.") not in nested["Outputs"]
                    ):
                        yield (
                            f"{stage}: {place}.{owner} names {name}.{attribute}, which is not there"
                        )


def named(value):
    """Every resource that a value names, with the attribute."""
    if isinstance(value, list):
        for item in value:
            yield from named(item)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "Ref" and isinstance(inner, str) and not inner.startswith("AWS::"):
            yield inner, ""
        elif key == "Fn::GetAtt":
            name, _, attribute = (".".join(inner) if isinstance(inner, list) else inner).partition(
                "."
            )
            yield name, attribute
        elif key == "DependsOn":
            yield from ((name, "") for name in ([inner] if isinstance(inner, str) else inner))
        elif key == "Fn::Sub":
            pattern, variables = (inner, {}) if isinstance(inner, str) else inner
            yield from named(list(variables.values()))
            for found in re.findall(r"\$\{([A-Za-z0-9.]+)\}", pattern):
                name, _, attribute = found.partition(".")
                if found not in variables:
                    yield name, attribute
        else:
            yield from named(inner)


# -------------------------------------------------------------------------------- routes


def routes():
    """Routes of the document are those of functions, which have an event and time enough, but not
    too much.
    """
    document = json.loads((ROOT / "docs/openapi.json").read_text())
    methods = {"get", "put", "post", "delete", "patch"}
    of_document = {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in methods & set(item)
    }
    of_document.add("GET /openapi.json")  # the document itself
    of_functions = {}
    for name, properties in functions().items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "HttpApi":
                # A last parameter that takes slashes, too, is {tag+} to API Gateway and {tag} in
                # the document.
                route = event["Properties"]["Path"].replace("+}", "}")
                of_functions[f"{event['Properties']['Method']} {route}"] = name
                if max(numbers(properties["Timeout"])) > PATIENCE:
                    yield f"{name} may take longer than API Gateway waits"
                if (
                    properties["Description"]
                    != f"{event['Properties']['Method']} {event['Properties']['Path']}"
                ):
                    yield f"{name} is described as something else"
        if not (ROOT / f"events/{kebab(name)}.json").is_file():
            yield f"{name} has no sample event"
    for route in of_document ^ set(of_functions):
        yield f"{route} is in {'the document' if route in of_document else 'the template'} alone"


def numbers(value):
    """Every number that a value can be: that of each stage, if it is one of a mapping."""
    if isinstance(value, dict):
        mapping, _, key = value["Fn::FindInMap"]
        return [each[key] for each in template.root()["Mappings"][mapping].values()]
    return [value]


def own_roles():
    """Every function has a role of its own, which nothing else has."""
    for stage in STAGES:
        resources = template.stage(stage)[""]["Resources"]
        users = {}
        for id in roles.functions(resources):
            users.setdefault(roles.role(id, resources), []).append(id)
        for role, ids in users.items():
            if len(ids) > 1:
                yield f"{stage}: {role} is shared by {', '.join(ids)}"


def queues():
    """Queues wait six times as long as their function may take, keep what fails, and
    are watched.
    """
    rendered = template.stage("users-5")
    resources = rendered[""]["Resources"]
    monitoring = resources["Monitoring"]["Properties"]["Parameters"]
    watched = {
        name
        for value in monitoring.values()
        for name, attribute in named(value)
        if attribute == "QueueName"
    }
    for id, resource in resources.items():
        if resource["Type"] != "AWS::Lambda::EventSourceMapping":
            continue
        properties = resource["Properties"]
        function = id.removesuffix("Queue")
        queue = properties["EventSourceArn"]["Fn::GetAtt"][0]
        settings = resources[queue]["Properties"]
        timeout = resources[function]["Properties"]["Timeout"]
        if int(settings["VisibilityTimeout"]) < 6 * timeout:
            yield (
                f"{queue} comes again after {settings['VisibilityTimeout']} s, while {function} "
                f"may take {timeout}"
            )
        if properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{function} fails a whole batch for one message"
        limit = properties.get("ScalingConfig", {}).get("MaximumConcurrency")
        if limit is None:
            yield f"{function} has no limit of concurrency"
        elif str(resources[function]["Properties"].get("ReservedConcurrentExecutions")) != str(
            limit
        ):
            yield (
                f"{function} may run {limit} times at once, and does not have as many executions "
                "for itself"
            )
        dead = (
            settings.get("RedrivePolicy", {})
            .get("deadLetterTargetArn", {})
            .get("Fn::GetAtt", [None])[0]
        )
        if dead is None or resources[dead]["Properties"].get("MessageRetentionPeriod") != 1209600:
            yield f"{queue} does not keep what fails for 14 days"
        for name in filter(None, (queue, dead)):
            if name not in watched:
                yield f"{name} has no alarm"


def runbooks():
    """Every alarm has a runbook, and says which."""
    text = (ROOT / "docs/operations.md").read_text()
    headings = set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    for stage, name, resource in everywhere(
        {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
    ):
        runbook = re.search(
            r'Runbook in docs/operations\.md, "(.+)"',
            resource["Properties"].get("AlarmDescription", ""),
        )
        if runbook is None:
            yield f"{stage}: {name} names no runbook"
        elif runbook[1] not in headings:
            yield (
                f'{stage}: {name} names the runbook "{runbook[1]}", '
                "which docs/operations.md does not have"
            )


# ------------------------------------------------------------------------------- wiring


def wiring():
    """Functions that ask the databases are in the network and may sign in, as those whose databases
    they know.
    """
    resources = template.stage("users-5")[""]["Resources"]
    for name in roles.functions(resources):
        properties = resources[name]["Properties"]
        variables = properties["Environment"]["Variables"]
        statements = roles.statements(name, resources)
        granted = json.dumps(
            [each["Resource"] for each in statements if "rds-db:connect" in several(each["Action"])]
        )
        for database in ("Accounts", "Library", "Activity"):
            may_sign_in = f'"Outputs.{database}User"' in granted
            variable = variables.get(f"{database.upper()}_SHARDS")
            if variable is None and may_sign_in:
                yield f"{name} may sign in as {database.lower()}, and does not know where"
            if variable is None:
                continue
            if variable != {"Fn::GetAtt": ["Data", f"Outputs.{database}Shards"]}:
                yield f"{name} has another {database.upper()}_SHARDS than the stack's"
            if name in COUNTS_CLUSTERS:
                continue
            if not may_sign_in:
                yield f"{name} may not sign in as {database.lower()}"
            if "VpcConfig" not in properties:
                yield f"{name} is not in the network of its database"


def policies():
    """Policies name actions and resources, one by one; what cannot is listed here with
    its reason.
    """
    for stage, name, resource in everywhere(
        {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}
    ):
        for statement in (
            each
            for document in roles.documents(resource)
            for each in several(document["Statement"])
        ):
            if statement["Effect"] != "Allow":
                continue
            if "NotAction" in statement or "NotResource" in statement:
                yield f"{stage}: {name} allows all but something"
            for action in several(statement.get("Action", [])):
                if "*" in action:
                    yield f"{stage}: {name} allows {action}"
                if "*" in several(statement.get("Resource", [])) and action not in WITHOUT_RESOURCE:
                    yield f"{stage}: {name} allows {action} on everything"


CHECKS = [
    *(
        sizes,
        names,
        retention,
        steps,
        linted,
        dangling,
        routes,
        own_roles,
        queues,
        runbooks,
        reporting,
        wiring,
        policies,
    ),
    *(
        policies_of_roles,
        asleep,
        connections,
        costs,
        deployed,
        edges,
        keys,
        logs,
        loops,
        made,
        pages,
        quotas,
        restored,
    ),
]


def run():
    """What each check found, with the size of what it looked at, and seconds."""
    found = {}
    for check in CHECKS:
        started = time.monotonic()
        found[check.__name__] = {
            "problems": sorted(set(check())),
            "seconds": round(time.monotonic() - started, 1),
        }
    found["seen"] = {
        stage: {
            place or "root": len(inner["Resources"])
            for place, inner in template.stage(stage).items()
        }
        for stage in STAGES
    }
    return found
