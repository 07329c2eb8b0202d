"""checkov over every resource of every stage, each distinct one once: `python -m stack security
CHECKOV`.

What it finds is mended in the templates or explained here, no wider than the reason reaches. An
explanation of something that is not found any more is a finding, and so is damage that nobody
finds.
"""

import copy
import json
import pathlib
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import NamedTuple

from . import checks, emulate, template


class Explained(NamedTuple):
    """Why something is as checkov does not like it."""

    check: str
    of: str  # a kind of resource, or the place of one
    reason: str
    stages: tuple[str, ...] = tuple(template.STAGES)
    # What the reason says of a resource's properties, if it says anything of them.
    holds: Callable[[dict], bool] = lambda _: True


def asks_no_database(function):
    """Whether a function knows no shards, nor the password of those who make them."""
    return not any(
        name.endswith(("_SHARDS", "DATABASE_SECRET"))
        for name in function["Environment"]["Variables"]
    )


EXPLAINED = [
    Explained(
        "CKV_AWS_115",
        "AWS::Lambda::Function",
        "Routes share the account's executions, and the API limits the requests to each; "
        "checks.queues holds that "
        "workers have executions for themselves where the account has enough.",
    ),
    Explained(
        "CKV_AWS_116",
        "AWS::Lambda::Function",
        "A request is answered with its failure, a message goes to the dead letters of its queue, "
        "which checks.queues "
        "holds, and a schedule comes again. What ReportErrors gives up stays in the log, and an "
        "alarm says so.",
    ),
    Explained(
        "CKV_AWS_117",
        "AWS::Lambda::Function",
        "What asks no database has no use for its network, and starts without it.",
        holds=asks_no_database,
    ),
    Explained(
        "CKV_AWS_117",
        "RollUpStatistics",
        "It counts the clusters that the shard maps name, and asks none.",
    ),
    Explained(
        "CKV_AWS_118",
        "Data.Cluster.Writer",
        "At this stage the database sleeps most of the time, and Performance Insights is enough.",
        stages=("users",),
    ),
    Explained(
        "CKV_AWS_119",
        "AWS::DynamoDB::Table",
        "It is encrypted with AWS's own key in KMS; with ours each role would need the key as "
        "well as the table, and "
        "hot reads would fail with it.",
        holds=lambda table: table["SSESpecification"]["SSEEnabled"] is True,
    ),
    Explained(
        "CKV_AWS_158",
        "AWS::Logs::LogGroup",
        "CloudWatch encrypts logs by itself, and no line holds a secret, a password or an e-mail "
        "address.",
    ),
    Explained(
        "CKV_AWS_174",
        "Edge.Writes",
        "CloudFront's own certificate takes no least version; people come through Distribution, "
        "which has one, and "
        "asks its origins with TLS 1.2 alone.",
    ),
    Explained(
        "CKV_AWS_35",
        "Trail.Calls",
        "S3 encrypts what CloudTrail writes; a key of ours would need CloudTrail in its policy, "
        "and costs what reading it asks.",
    ),
    Explained(
        "CKV_AWS_67",
        "Trail.Calls",
        "The stack is in one region; a trail over all of them is the account's matter, and one "
        "more copy of it costs.",
    ),
    Explained(
        "CKV_AWS_18",
        "AWS::S3::Bucket",
        "Keys name their owners, so a log of every request would tell who looked at whose "
        "photographs.",
    ),
    Explained(
        "CKV_AWS_192",
        "Edge.Acl",
        "Nothing here runs Java, and managed rules cost a dollar each, which such a stage saves.",
        stages=("users", "users-1"),
    ),
    Explained(
        "CKV_AWS_21", "Exports", "An export can be made again, and must be gone when it is deleted."
    ),
    Explained(
        "CKV_AWS_26",
        "Monitoring.Topic",
        "Alarms name no user, and must come even when the trouble is the key.",
    ),
    Explained(
        "CKV_AWS_26",
        "Mail.Topic",
        "It keeps nothing once the queue has it; with a key of AWS's own SES could not publish.",
    ),
    Explained(
        "CKV_AWS_27",
        "AWS::SQS::Queue",
        "SQS encrypts with its own key, and messages hold ids, or addresses that mail came back "
        "from; checkov asks for one in KMS.",
        holds=lambda queue: queue["SqsManagedSseEnabled"] is True,
    ),
    Explained(
        "CKV_AWS_68",
        "Edge.Distribution",
        "At 100 billion reads a month asking the web ACL about each costs 60,000 $: Writes has "
        "it, and gets all that "
        "is no read.",
        stages=("users-5",),
    ),
    Explained(
        "CKV_AWS_86",
        "AWS::CloudFront::Distribution",
        "Paths of images name their owners, as keys of buckets do; the API logs its requests "
        "without paths.",
    ),
]


class Damage(NamedTuple):
    """One of our resources made worse, for which checkov has to have a finding that nothing
    explains.
    """

    check: str
    stage: str
    place: str
    id: str
    change: Callable[[dict], object]


DAMAGED = [
    Damage(
        "CKV_AWS_20",
        "users",
        "",
        "Originals",
        lambda bucket: bucket.update(AccessControl="PublicRead"),
    ),
    Damage(
        "CKV_AWS_53",
        "users",
        "",
        "Originals",
        lambda bucket: bucket.pop("PublicAccessBlockConfiguration"),
    ),
    Damage(
        "CKV_AWS_21", "users-5", "", "Archive", lambda bucket: bucket.pop("VersioningConfiguration")
    ),
    Damage(
        "CKV_AWS_27",
        "users-3",
        "",
        "PhotoUploads",
        lambda queue: queue.update(SqsManagedSseEnabled=False),
    ),
    Damage(
        "CKV_AWS_68",
        "users-4",
        "Edge",
        "Distribution",
        lambda edge: edge["DistributionConfig"].pop("WebACLId"),
    ),
    Damage("CKV_AWS_117", "users", "", "CreateUser", lambda function: function.pop("VpcConfig")),
    Damage("CKV_AWS_173", "users", "", "GetAlbum", lambda function: function.pop("KmsKeyArn")),
    Damage(
        "CKV_AWS_96",
        "users-2",
        "Data.Cluster",
        "Cluster",
        lambda rows: rows.update(StorageEncrypted=False),
    ),
]


class Looked(NamedTuple):
    """What one file for checkov has: resources of one place, the stages that have each alike, and
    which damage it is.
    """

    place: str
    resources: dict
    stages: dict
    damage: Damage | None = None


def files():
    """The largest stage, of each other one what it has for itself, and what is damaged."""
    seen, looked = {}, []
    for stage in reversed(template.STAGES):
        for place, inner in template.stage(stage).items():
            fresh = {}
            for id, resource in inner["Resources"].items():
                mark = checks.fingerprint(place, id, resource)
                if mark not in seen:
                    fresh[id] = resource
                seen.setdefault(mark, []).append(stage)
            stages = {
                id: seen[checks.fingerprint(place, id, resource)] for id, resource in fresh.items()
            }
            looked.append(Looked(place, fresh, stages))
    for damage in DAMAGED:
        resource = copy.deepcopy(template.stage(damage.stage)[damage.place]["Resources"][damage.id])
        damage.change(resource["Properties"])
        looked.append(
            Looked(damage.place, {damage.id: resource}, {damage.id: [damage.stage]}, damage)
        )
    return [each for each in looked if each.resources]


def found(program, looked):
    """What checkov says of the files: which one, check, kind and id of the resource, and what it is
    about.
    """
    with tempfile.TemporaryDirectory() as folder:
        for number, each in enumerate(looked):
            # Names in place of what names a resource: checkov takes longer to follow those than for
            # all else.
            resources = emulate.without(
                each.resources, {name for name, _ in checks.named(each.resources)}
            )
            body = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
            pathlib.Path(folder, f"{number}.json").write_text(
                json.dumps(body, indent=1, default=str)
            )
        options = [
            "--framework",
            "cloudformation",
            "--output",
            "json",
            "--compact",
            "--quiet",
            "--soft-fail",
            "--skip-download",
        ]
        ended = subprocess.run(
            [program, "--directory", folder, *options], capture_output=True, text=True, check=True
        )
    report = json.loads(ended.stdout)
    if report["summary"]["parsing_errors"]:
        raise ValueError(f"checkov could not read {report['results']['parsing_errors']}")
    for failure in report["results"]["failed_checks"]:
        kind, _, id = failure["resource"].partition(".")
        yield (
            looked[int(pathlib.Path(failure["file_path"]).stem)],
            failure["check_id"],
            kind,
            id,
            failure["check_name"],
        )


def explanation(check, kind, name, stages, properties):
    """The explanation that reaches a finding."""
    for each in EXPLAINED:
        if (
            each.check == check
            and each.of in (kind, name)
            and {*stages} <= {*each.stages}
            and each.holds(properties)
        ):
            return each
    return None


def problems(program, looked):
    """Sentences about what is neither mended nor explained, and about explanations and damage that
    are not found.
    """
    used, noticed = set(), set()
    for file, check, kind, id, about in found(program, looked):
        name, stages = f"{file.place}.{id}".lstrip("."), file.stages[id]
        explained = explanation(check, kind, name, stages, file.resources[id].get("Properties", {}))
        if file.damage is not None:
            if explained is None and check == file.damage.check:
                noticed.add(file.damage)
        elif explained is not None:
            used.add(explained)
        else:
            yield f"{', '.join(reversed(stages))}: {name} ({kind}): {check} {about}"
    for each in EXPLAINED:
        if each not in used:
            yield f"{each.check} is explained for {each.of}, and not found there"
    for damage in DAMAGED:
        if damage not in noticed:
            yield (
                f"{damage.id} of {damage.stage} is made worse, and checkov does not say "
                f"{damage.check}"
            )


def run(program):
    """What is wrong, how many resources were looked at, and seconds."""
    started, looked = time.monotonic(), files()
    wrong = sorted(set(problems(program, looked)))
    count = sum(len(each.resources) for each in looked if each.damage is None)
    return {"problems": wrong, "resources": count, "seconds": round(time.monotonic() - started, 1)}
