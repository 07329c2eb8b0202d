"""What changes from one stage to the next, and what CloudFormation would have to make
anew for it.
"""

import json

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from . import template

# What is lost with these cannot be had again from anywhere else.
HOLDS_DATA = {
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBCluster",
    "AWS::RedshiftServerless::Namespace",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
}

KEPT = {"Retain", "RetainExceptOnCreate", "Snapshot"}


def create_only(kind):
    """Paths of the properties that cannot be changed, as AWS's schema of the resource
    names them.
    """
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    # Which of the conditional ones it is depends on the values; here none of them may change.
    paths = [
        *schema.get("createOnlyProperties", []),
        *schema.get("conditionalCreateOnlyProperties", []),
    ]
    return [path.removeprefix("/properties/").split("/") for path in paths]


def at(value, path):
    """What stands at a path, through every item of the lists on it."""
    for index, key in enumerate(path):
        if key == "*":
            return (
                [at(item, path[index + 1 :]) for item in value] if isinstance(value, list) else None
            )
        value = value.get(key) if isinstance(value, dict) else None
    return value


def replaced(before, after):
    """The properties for whose sake the resource is made anew."""
    if before["Type"] != after["Type"]:
        return ["Type"]
    old, new = before.get("Properties", {}), after.get("Properties", {})
    if old == new or before["Type"].startswith("Custom::"):
        return []
    return [
        ".".join(path) for path in create_only(before["Type"]) if at(old, path) != at(new, path)
    ]


def changed(old, new, path=""):
    """Paths of what differs, with both values."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from changed(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
    elif old != new:
        yield path, old, new


def steps(before, after):
    """Every resource that differs between two stages: place, what happens, type, details."""
    first, second = template.stage(before), template.stage(after)
    for place in sorted({*first, *second}):
        old = first.get(place, {"Resources": {}})["Resources"]
        new = second.get(place, {"Resources": {}})["Resources"]
        for id in sorted({*old, *new}):
            name = f"{place}.{id}".lstrip(".")
            if id not in old:
                yield name, "added", new[id], []
            elif id not in new:
                yield name, "removed", old[id], []
            elif old[id] != new[id]:
                why = replaced(old[id], new[id])
                details = list(
                    changed(old[id].get("Properties", {}), new[id].get("Properties", {}))
                )
                yield name, "replaced" if why else "changed", new[id], why or details


def losses(before, after):
    """Sentences about data that the step from one stage to another would lose."""
    for name, what, resource, why in steps(before, after):
        if resource["Type"] not in HOLDS_DATA:
            continue
        if what == "replaced":
            yield (
                f"{before} to {after}: {name} ({resource['Type']}) is made anew, because of "
                f"{', '.join(why)}"
            )
        if what == "removed" and resource.get("DeletionPolicy") not in KEPT:
            yield f"{before} to {after}: {name} ({resource['Type']}) is deleted"


def show(before, after):
    """The same for people."""
    signs = {"added": "+", "removed": "-", "changed": "~", "replaced": "!"}
    lines = [f"{before} → {after}"]
    functions = {}
    for name, what, resource, details in steps(before, after):
        if resource["Type"] == "AWS::Lambda::Version":
            continue  # a new one with whatever changes of its function
        if (
            resource["Type"] in {"AWS::Lambda::Function", "AWS::Lambda::Alias"}
            and what == "changed"
        ):
            for path, old, new in details:
                if not path.startswith("FunctionVersion"):
                    functions.setdefault(f"{path}: {short(old)} → {short(new)}", []).append(name)
            continue
        lines.append(f"  {signs[what]} {name} ({resource['Type'].removeprefix('AWS::')})")
        if what == "replaced":
            lines.append(f"      made anew, because of {', '.join(details)}")
        if what == "changed":
            lines += [f"      {path}: {short(old)} → {short(new)}" for path, old, new in details]
    for change, names in functions.items():
        lines.append(
            f"  ~ {len(names)} functions: {change}"
            if len(names) > 3
            else f"  ~ {', '.join(names)}: {change}"
        )
    lost = list(losses(before, after))
    lines.append(
        "  No data is lost." if not lost else "\n".join(f"  DATA IS LOST: {one}" for one in lost)
    )
    return "\n".join(lines)


def short(value):
    """A value in at most a line."""
    text = "nothing" if value is None else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "…"
