"""The stack, made by CloudFormation in an emulator, as far as that goes: `python -m stack emulate
ministack`.

ministack runs as a process of its own, on loopback. What it does not know is taken out of the
templates, and named; what is left must come up as a whole, nested stacks too, with every reference
between them resolved.
"""

import copy
import io
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import zipfile

import boto3
from botocore.config import Config

from . import template
from .checks import named

STAGE = "users-5"
BUCKET = "artefacts"
PATIENCE = 240


def known(program):
    """The types of resources that ministack's CloudFormation has, read from its own list."""
    library = next(
        (pathlib.Path(program).resolve().parents[1] / "lib").glob(
            "python*/site-packages/ministack/services/cloudformation"
        )
    )
    text = "".join(path.read_text() for path in library.glob("*.py"))
    return set(re.findall(r'"(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+)"', text))


def kind(resource):
    """A resource's type, with what else decides whether the emulator takes it."""
    computed = "Metrics" in resource.get("Properties", {})
    return f"{resource['Type']} of several metrics" if computed else resource["Type"]


def pruned(rendered, types):
    """A template without what the emulator does not know; whoever names that gets its
    name instead.
    """
    kept = {
        id: copy.deepcopy(each) for id, each in rendered["Resources"].items() if kind(each) in types
    }
    gone = {id: kind(each) for id, each in rendered["Resources"].items() if id not in kept}

    def replace(value):
        return without(value, gone)

    for resource in kept.values():
        waits = resource.pop("DependsOn", [])
        waits = [waits] if isinstance(waits, str) else waits
        resource["DependsOn"] = [id for id in waits if id in kept]
        resource.pop("UpdatePolicy", None)
    return {**rendered, "Resources": replace(kept), "Outputs": replace(rendered["Outputs"])}, gone


def without(value, gone):
    """A value in which nothing names what is gone."""
    if isinstance(value, list):
        return [without(item, gone) for item in value]
    if not isinstance(value, dict):
        return value
    if (
        len(value) == 1
        and set(value) & {"Ref", "Fn::GetAtt"}
        and any(name in gone for name, _ in named(value))
    ):
        ((name, attribute),) = named(value)
        return (
            f"arn:aws:unknown:us-east-1:000000000000:unknown:{name}"
            if attribute.endswith("Arn")
            else name
        )
    if len(value) == 1 and "Fn::Sub" in value:
        pattern, variables = (
            (value["Fn::Sub"], {}) if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"]
        )
        for name in gone:
            pattern = re.sub(r"\$\{" + name + r"(\.[A-Za-z0-9.]+)?\}", name, pattern)
        return {"Fn::Sub": [pattern, without(variables, gone)] if variables else pattern}
    return {key: without(inner, gone) for key, inner in value.items()}


class Emulator:
    """ministack, for as long as the block lasts."""

    def __init__(self, program):
        self.program = pathlib.Path(program).absolute()

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory()
        environment = {
            **os.environ,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
        }
        self.process = subprocess.Popen(
            [self.program],
            env=environment,
            cwd=self.folder.name,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until(
            lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None, OSError
        )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()

    @staticmethod
    def until(is_so, *errors):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if is_so():
                    return
            except errors as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"ministack did not do it within {PATIENCE} s") from error
            if time.monotonic() > deadline:
                raise TimeoutError(f"ministack did not do it within {PATIENCE} s")
            time.sleep(0.2)

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.origin,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(
                s3={"addressing_style": "path"}, retries={"max_attempts": 1}, read_timeout=PATIENCE
            ),
        )


def package(s3):
    """A function that is none: the emulator makes it, and nobody calls it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("bootstrap", "#!/bin/sh\n")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="function.zip", Body=archive.getvalue())


# Attributes that ministack does not have, with values in their place.
STAND_INS = {
    ("AWS::EC2::VPC", "Ipv6CidrBlocks"): ["2600:1f18:1000::/56"],
    ("AWS::S3::Bucket", "DualStackDomainName"): "bucket.s3.dualstack.us-east-1.amazonaws.com",
    (
        "AWS::RDS::DBCluster",
        "MasterUserSecret.SecretArn",
    ): "arn:aws:secretsmanager:us-east-1:000000000000:secret:owner",
}


def run(program):
    """What was made, what was not known, and what went wrong."""
    unknown = {f"{type}.{name}": ["in its place is a value of ours"] for type, name in STAND_INS}
    with Emulator(program) as emulator:
        package(emulator.client("s3"))
        problems = [*made(emulator, known(program), unknown), *differences(emulator)]
    return {
        "unknown": {type: len(ids) for type, ids in sorted(unknown.items())},
        "problems": problems,
    }


def made(emulator, types, unknown):
    """Has a stack made, its nested ones first put where it finds them; what went wrong."""
    s3, cloudformation = emulator.client("s3"), emulator.client("cloudformation")
    urls, name = {}, "albumen"
    # The innermost first.
    for place, rendered in sorted(
        template.stage(STAGE).items(), key=lambda each: -len(each[0].split(".")) if each[0] else 0
    ):
        body, gone = pruned(forgotten(rendered), types)
        for id, type in gone.items():
            unknown.setdefault(type, set()).add(f"{place}.{id}".lstrip("."))
        for id, resource in body["Resources"].items():
            if resource["Type"] == "AWS::CloudFormation::Stack":
                resource["Properties"]["TemplateURL"] = urls[f"{place}.{id}".lstrip(".")]
        key = f"{name}/{place or 'root'}.json"
        s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(body, default=str))
        urls[place] = f"{emulator.origin}/{BUCKET}/{key}"
    cloudformation.create_stack(
        StackName=name, TemplateURL=urls[""], Capabilities=["CAPABILITY_IAM"]
    )

    def status():
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]

    emulator.until(lambda: not status().endswith("IN_PROGRESS"))
    if status() == "CREATE_COMPLETE":
        return []
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    events = [event for page in pages for event in page["StackEvents"]]
    why = [
        f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}"
        for each in events
        if each.get("ResourceStatusReason")
    ]
    return [*why, f"the stack is {status()}"]


def forgotten(rendered):
    """A template in which nobody asks for attributes that the emulator does not know."""

    def forget(value):
        if isinstance(value, list):
            return [forget(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "Fn::GetAtt" in value:
            ((id, attribute),) = named(value)
            stand_in = STAND_INS.get((rendered["Resources"].get(id, {}).get("Type"), attribute))
            if stand_in is not None:
                return stand_in
        return {key: forget(inner) for key, inner in value.items()}

    # In patterns of Fn::Sub, too.
    text = json.dumps(forget(rendered), default=str)
    for id, resource in rendered["Resources"].items():
        for (type, attribute), stand_in in STAND_INS.items():
            if resource["Type"] == type and isinstance(stand_in, str):
                text = text.replace("${" + f"{id}.{attribute}" + "}", stand_in)
    return json.loads(text)


def differences(emulator):
    """What is not there, though the emulator said that it had made it."""
    yield from missing(emulator, template.stage(STAGE)[""]["Resources"].values())


def missing(emulator, resources):
    """What of these resources an account has not, by its own lists of what it has."""
    functions = [
        name
        for page in emulator.client("lambda").get_paginator("list_functions").paginate()
        for name in page["Functions"]
    ]
    queues = emulator.client("sqs").list_queues().get("QueueUrls", [])
    sources = emulator.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    found = {
        "AWS::Lambda::Function": len(functions),
        "AWS::SQS::Queue": len(queues),
        "AWS::Lambda::EventSourceMapping": len(sources),
    }
    kinds = [each["Type"] for each in resources]
    for kind, number in found.items():
        if number != kinds.count(kind):
            yield f"{number} of {kinds.count(kind)} {kind}"
