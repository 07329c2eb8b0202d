"""Commands of `./dev` that run on AWS with `--stack NAME` as they do on this machine.

They are `administrator-code`, `archive status`, `rebuild-projection`, `rerender` and `invoke`. They
read or call functions of the stack, with the credentials that your environment names. See
docs/operations.md.
"""

import argparse
import json
import pathlib
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from deployment import administrators, archive
from deployment.stacks import Failed, Stack


def arguments(given):
    """Returns the command and its options."""
    parser = argparse.ArgumentParser(prog="./dev", description=__doc__.splitlines()[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stack", required=True, help="name of the stack")
    where.add_argument("--region", help="AWS region; else the one that your environment names")
    steps = argparse.ArgumentParser(add_help=False)
    steps.add_argument("--from", dest="first", type=int, default=0, help="first logical shard (0)")
    steps.add_argument("--to", dest="last", type=int, default=4095, help="last one (4095)")
    steps.add_argument("--next", type=json.loads, help="where to go on, as an earlier run has said")
    commands = parser.add_subparsers(dest="command", required=True)

    commands.add_parser(
        "administrator-code", parents=[where], help="the code that makes an administrator"
    )

    status = commands.add_parser("archive", parents=[where], help="what has been archived")
    status.add_argument("what", choices=["status"])

    commands.add_parser(
        "rebuild-projection", parents=[where, steps], help="build the hot table anew"
    )

    rerender = commands.add_parser(
        "rerender", parents=[where, steps], help="have photos rendered anew"
    )
    rerender.add_argument("--per-second", type=int, default=2, help="most photos a second (2)")

    invoke = commands.add_parser("invoke", parents=[where], help="call one function")
    invoke.add_argument("function", help="GetAlbum or get-album")
    invoke.add_argument(
        "event", nargs="?", help="file with the event, or - for standard input; else it is {}"
    )
    return parser.parse_args(given)


def answers_of_steps(stack, function, event, options):
    """Calls the function until all is done, each time where it stopped; yields what it answers."""
    place = options.next
    while True:
        try:
            answer = stack.invoke(function, {**event, "next": place})
        except (Failed, BotoCoreError, ClientError) as error:
            again = f"--from {options.first} --to {options.last}"
            if options.command == "rerender":
                again += f" --per-second {options.per_second}"
            again += f" --next '{json.dumps(place)}'"
            raise Failed(f"{error}\nTo go on from here: {again}") from error
        yield answer
        place = answer["next"]
        if place is None:
            return


def rebuild(stack, options):
    """Builds the hot table anew, and says after each call how far it is; the exit code."""
    event = {"from": options.first, "to": options.last}
    failures = 0
    for answer in answers_of_steps(stack, "RebuildProjection", event, options):
        failures += answer["failures"]
        counts = ", ".join(f"{answer[kind]} {kind}" for kind in ("albums", "photos", "shares"))
        print(f"{counts}, {failures} failures", flush=True)
        if place := answer["next"]:
            after = place["after"] or "the beginning"
            print(
                f"  next: {place['what']} of cluster {place['cluster']} after {after}", flush=True
            )
    return 1 if failures else 0


def rerender(stack, options):
    """Has photos rendered anew, and says after each call how far it is; the exit code."""
    event = {"from": options.first, "to": options.last, "per_second": options.per_second}
    sent = 0
    without_original = 0
    for answer in answers_of_steps(stack, "RerenderPhotos", event, options):
        sent += answer["sent"]
        without_original += answer["without_original"]
        print(f"{sent} photos asked for, {without_original} without their original", flush=True)
        if place := answer["next"]:
            after = place["after"] or "the beginning"
            print(f"  next: cluster {place['cluster']} after {after}", flush=True)
    return 1 if without_original else 0


def invoke(stack, function, event):
    """Calls a function, and prints what it answers; the exit code."""
    text = "{}"
    if event:
        text = sys.stdin.read() if event == "-" else pathlib.Path(event).read_text()
    print(json.dumps(stack.invoke(function, json.loads(text)), indent=2))
    return 0


def run(options, session):
    """Does what was asked for; the exit code."""
    stack = Stack(session, options.stack)
    if options.command == "administrator-code":
        print(administrators.code_of(stack))
        return 0
    if options.command == "archive":
        print(archive.table(archive.jobs(stack)))
        return 0
    if options.command == "rebuild-projection":
        return rebuild(stack, options)
    if options.command == "rerender":
        return rerender(stack, options)
    return invoke(stack, options.function, options.event)


def main(given):
    options = arguments(given)
    session = boto3.Session(region_name=options.region)
    if session.region_name is None:
        sys.exit("Say where: --region us-east-1, or AWS_REGION.")
    try:
        sys.exit(run(options, session))
    except (Failed, BotoCoreError, ClientError, OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
