"""Who calls itself: Lambda stops a chain of some 16 invocations unless the function says that it is
meant.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: without `RecursiveLoop:
Allow` the message goes to the dead letters. Said of a function that calls nobody, it would let a
mistake run for ever.
"""

from . import roles, template
from .roles import several
from .template import STAGES


def loops():
    """Functions that can come to call themselves may, and no others."""
    for stage in STAGES:
        resources = template.stage(stage)[""]["Resources"]
        called = calls(resources)
        for id, resource in resources.items():
            if resource["Type"] != "AWS::Lambda::Function":
                continue
            allowed = resource["Properties"].get("RecursiveLoop") == "Allow"
            if id in reached(id, called) and not allowed:
                yield f"{stage}: {id} can come to call itself, and Lambda would stop it"
            if allowed and id not in reached(id, called):
                yield f"{stage}: {id} calls nobody who calls it, and Lambda is told not to mind"


def calls(resources):
    """For each function those that it calls by what it may send to: a queue, or a bucket that tells
    a queue.
    """
    read_by = {}
    for id, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::EventSourceMapping":
            queue = resource["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
            read_by.setdefault(queue, set()).add(id.removesuffix("Queue"))
    told = {
        id: queues_told(resource)
        for id, resource in resources.items()
        if resource["Type"] == "AWS::S3::Bucket"
    }
    called = {}
    for id, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Function":
            written = sent_to(roles.statements(id, resources))
            queues = {queue for each in written for queue in told.get(each, {each})}
            called[id] = {function for queue in queues for function in read_by.get(queue, ())}
    return called


def queues_told(bucket):
    """The queues that hear of a bucket's new objects."""
    configured = (
        bucket["Properties"].get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    )
    return {each["Queue"]["Fn::GetAtt"][0] for each in configured}


def sent_to(statements):
    """Queues and buckets that a role may write to."""
    for statement in statements:
        if statement["Effect"] == "Allow" and {"sqs:SendMessage", "s3:PutObject"} & {
            *several(statement["Action"])
        }:
            yield from (owner(each) for each in several(statement["Resource"]))


def owner(resource):
    """The id of the queue or bucket that a policy names."""
    if "Fn::GetAtt" in resource:
        return resource["Fn::GetAtt"][0]
    return resource["Fn::Sub"].partition("${")[2].partition(".")[0]


def reached(start, called):
    """Every function that one comes to call, itself too if it does."""
    found, next_ones = set(), [start]
    while next_ones:
        fresh = called.get(next_ones.pop(), set()) - found
        found |= fresh
        next_ones += fresh
    return found
