"""Whether `./dev deploy` decides as it should: each case is what CloudFormation says, as far as it
is looked at.
"""

import pathlib

from deployment import changes, failures, files, zones


def change(action="Modify", kind="AWS::S3::Bucket", replaced=None, policy=None, evaluations=()):
    """A change of a bucket, unless told otherwise."""
    details = [
        {"Target": {"RequiresRecreation": "Always"}, "Evaluation": each} for each in evaluations
    ]
    return {
        "Action": action,
        "LogicalResourceId": "Thing",
        "ResourceType": kind,
        "Details": details,
        **({"Replacement": replaced} if replaced else {}),
        **({"PolicyAction": policy} if policy else {}),
    }


# What is said, the change, and whether data would be lost.
CASES = [
    ("a bucket that changes", change(replaced="False"), False),
    ("a bucket that is made anew", change(replaced="True", evaluations=["Static"]), True),
    (
        "a bucket that is made anew, and whose old one is kept",
        change(replaced="True", policy="ReplaceAndRetain", evaluations=["Static"]),
        True,
    ),
    (
        "a bucket of a nested stack that nobody can compare yet",
        change(replaced="True", evaluations=["Dynamic"]),
        False,
    ),
    (
        "a bucket that has both kinds of causes",
        change(replaced="True", evaluations=["Dynamic", "Static"]),
        True,
    ),
    ("a bucket that is made anew without a word of why", change(replaced="True"), True),
    (
        "a bucket that may be made anew",
        change(replaced="Conditional", evaluations=["Dynamic"]),
        False,
    ),
    ("a bucket that goes", change("Remove", policy="Delete"), True),
    ("a bucket that goes, and nobody says how", change("Remove"), True),
    (
        "a namespace that leaves the stack, and stays",
        change("Remove", "AWS::RedshiftServerless::Namespace", policy="Retain"),
        False,
    ),
    (
        "a cluster that leaves a snapshot",
        change("Remove", "AWS::RDS::DBCluster", policy="Snapshot"),
        False,
    ),
    ("a function that goes", change("Remove", "AWS::Lambda::Function", policy="Delete"), False),
]


def event(stack, id, status, reason="", kind="AWS::S3::Bucket", physical=""):
    return {
        "StackId": stack,
        "LogicalResourceId": id,
        "PhysicalResourceId": physical,
        "ResourceType": kind,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


NESTED = "AWS::CloudFormation::Stack"

# Events, newest first, of a stack and of one in it, of a deployment before and of one that failed.
EVENTS = {
    "albumen": [
        event(
            "root",
            "albumen",
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create",
            NESTED,
            "root",
        ),
        event("root", "Hot", "CREATE_FAILED", "Resource creation cancelled"),
        event(
            "root",
            "Data",
            "CREATE_FAILED",
            "Embedded stack data was not successfully created",
            NESTED,
            "data",
        ),
        event("root", "albumen", "CREATE_IN_PROGRESS", "User Initiated", NESTED, "root"),
        event("root", "Old", "UPDATE_FAILED", "of another day"),
    ],
    "data": [
        event(
            "data",
            "data",
            "CREATE_FAILED",
            "The following resource(s) failed to create",
            NESTED,
            "data",
        ),
        event("data", "SubnetGroup", "CREATE_FAILED", "Resource creation cancelled"),
        event("data", "Cluster", "CREATE_FAILED", "The engine version is not available"),
        event("data", "data", "CREATE_IN_PROGRESS", "", NESTED, "data"),
    ],
}

# Zones of a region by id, those with the database, and what is chosen.
REGIONS = [
    ({"a": "1", "b": "2", "c": "3", "d": "4"}, {"a", "b", "c", "d"}, ["a", "b", "c"]),
    ({"a": "1", "b": "2", "c": "3", "d": "4"}, {"a", "c", "d"}, ["a", "c", "d"]),
    ({"a": "use1-az3", "b": "2", "c": "3", "d": "4"}, {"a", "b", "c", "d"}, ["b", "c", "d"]),
    ({"a": "1", "c": "2"}, {"a", "c"}, ["a", "c", "a"]),
    ({"a": "1", "b": "2", "c": "3"}, {"a"}, None),
]

# Files of the page, and what browsers are told that they are.
FILES = {
    "index.html": "text/html; charset=utf-8",
    "assets/main.js": "text/javascript; charset=utf-8",
    "assets/main.css": "text/css; charset=utf-8",
    "favicon.svg": "image/svg+xml; charset=utf-8",
    "manifest.webmanifest": "application/manifest+json",
    "picture.png": "image/png",
    "unheard-of": "application/octet-stream",
}


def deployed():
    """The deployment refuses what loses data and nothing else, finds the first cause, chooses
    zones that have all, and says what its files are.
    """
    for said, each, is_lost in CASES:
        if bool(list(changes.lost([each]))) != is_lost:
            yield f"{said}: {'not ' if is_lost else ''}taken for a loss"
    found = failures.causes(EVENTS.__getitem__, "albumen")
    if found != [("Data.Cluster", "The engine version is not available")]:
        yield f"the causes of a failure are taken for {found}"
    for names, with_database, expected in REGIONS:
        if zones.chosen(names, with_database) != expected:
            yield f"of {sorted(names)} {zones.chosen(names, with_database)} are chosen"
    for name, expected in FILES.items():
        said = files.content_type(pathlib.PurePath(name))
        if said != expected:
            yield f"{name} is said to be {said}"
