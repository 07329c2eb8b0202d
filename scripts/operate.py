"""`./dev archive status`, `rebuild-projection`, `rerender` and `invoke` with `--stack NAME`: on AWS what they are on this machine.

They call functions of the stack, with the credentials that your environment names. See docs/operations.md.
"""

import argparse
import json
import pathlib
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment import archive
from deployment.stacks import Failed, Stack


def arguments(given):
    parser = argparse.ArgumentParser(prog="./dev", description=__doc__.splitlines()[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stack", required=True, help="name of the stack")
    where.add_argument("--region", help="AWS region; else the one that your environment names")
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("archive", parents=[where], help="what has been archived")
    status.add_argument("what", choices=["status"])
    rebuild = commands.add_parser("rebuild-projection", parents=[where], help="build the hot table anew")
    rebuild.add_argument("--from", dest="first", type=int, default=0, help="the first logical shard (0)")
    rebuild.add_argument("--to", dest="last", type=int, default=4095, help="the last one (4095)")
    rebuild.add_argument("--next", type=json.loads, help="where to go on, as an earlier run has said")
    rerender = commands.add_parser("rerender", parents=[where], help="have photos rendered anew")
    rerender.add_argument("--from", dest="first", type=int, default=0, help="the first logical shard (0)")
    rerender.add_argument("--to", dest="last", type=int, default=4095, help="the last one (4095)")
    rerender.add_argument("--per-second", type=int, default=2, help="the most photos a second (2)")
    rerender.add_argument("--next", type=json.loads, help="where to go on, as an earlier run has said")
    invoke = commands.add_parser("invoke", parents=[where], help="call one function")
    invoke.add_argument("function", help="GetAlbum or get-album")
    invoke.add_argument("event", nargs="?", help="file with the event, or - for standard input; else the event is {}")
    return parser.parse_args(given)


def rebuild(stack, first, last, place):
    """Calls the function until all is done, and says after each call how far it is; the exit code."""
    failures = 0
    while True:
        try:
            answer = stack.invoke("RebuildProjection", {"from": first, "to": last, "next": place})
        except (Failed, BotoCoreError, ClientError) as error:
            raise Failed(f"{error}\nTo go on from here: --from {first} --to {last} --next '{json.dumps(place)}'") from error
        failures += answer["failures"]
        print(f"{answer['albums']} albums, {answer['photos']} photos, {answer['shares']} shares, {failures} failures", flush=True)
        place = answer["next"]
        if place is None:
            return 1 if failures else 0
        print(f"  next: {place['what']} of cluster {place['cluster']} after {place['after'] or 'the beginning'}", flush=True)


def rerender(stack, options):
    """Calls the function until all photos are asked for, and says after each call how far it is; the exit code."""
    asked = {"from": options.first, "to": options.last, "per_second": options.per_second}
    place, sent, without_original = options.next, 0, 0
    while True:
        try:
            answer = stack.invoke("RerenderPhotos", {**asked, "next": place})
        except (Failed, BotoCoreError, ClientError) as error:
            again = f"--from {options.first} --to {options.last} --per-second {options.per_second} --next '{json.dumps(place)}'"
            raise Failed(f"{error}\nTo go on from here: {again}") from error
        sent += answer["sent"]
        without_original += answer["without_original"]
        print(f"{sent} photos asked for, {without_original} without their original", flush=True)
        place = answer["next"]
        if place is None:
            return 1 if without_original else 0
        print(f"  next: cluster {place['cluster']} after {place['after'] or 'the beginning'}", flush=True)


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
    if options.command == "archive":
        print(archive.table(archive.jobs(stack)))
        return 0
    if options.command == "rebuild-projection":
        return rebuild(stack, options.first, options.last, options.next)
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
