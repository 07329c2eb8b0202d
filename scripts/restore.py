"""`./dev restore`: a copy of the database as it was, and the stack served by it. See
docs/recovery.md.

The copy is a stack of its own, from infra/cluster.yaml. Nothing is taken from the cluster that
there is: it stays in its stack, asleep while another one serves, and serves again when it is told
to.
"""

import argparse
import datetime
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from deploy import Deployment, say
from deployment import clusters, views
from deployment.stacks import Failed, Stack


def moment(text):
    """A moment in UTC to the second, as CloudFormation takes it."""
    parsed = datetime.datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise argparse.ArgumentTypeError("says no zone: 2026-11-28T03:10:00Z")
    return parsed.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def arguments(given):
    parser = argparse.ArgumentParser(prog="./dev restore", description=__doc__.splitlines()[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stack", required=True, help="name of the stack that serves people")
    where.add_argument("--region", help="AWS region; else the one that your environment names")
    where.add_argument("--yes", action="store_true", help="ask nothing")
    steps = parser.add_subparsers(dest="step", required=True)
    make = steps.add_parser("make", parents=[where], help="make a copy of the database as it was")
    make.add_argument(
        "--to", type=moment, help="moment, with its zone; else the latest that there is"
    )
    serve = steps.add_parser("serve", parents=[where], help="have the stack served by a copy")
    serve.add_argument("cluster", help='name of the stack of the copy, or "own"')
    steps.add_parser(
        "follow",
        parents=[where],
        help="give the copy that serves what the stage of the stack takes",
    )
    steps.add_parser(
        "views", parents=[where], help="delete every view from the hot table, to be built anew"
    )
    return parser.parse_args(given)


def make(options, session):
    """Makes the copy, waits, and says what comes next."""
    stack = Stack(session, options.stack)
    name = clusters.name_of_copy(options.stack, options.to)
    say(
        f"Making {name}: a copy of {stack.outputs()['Cluster']} as of {options.to or 'now'}. It "
        "takes half an hour, more for many rows."
    )
    clusters.make(stack, name, options.to)
    say(
        f"{name} is there, and nobody asks it yet. Look at its rows, then: ./dev restore serve "
        f"{name} --stack {options.stack}"
    )


def serve(options, session):
    """Changes nothing of the stack but the cluster that serves; the template is the one that is
    deployed.
    """
    deployment = Deployment(options, session)
    if deployment.stack is None:
        raise Failed(f"There is no stack {options.stack}.")
    wanted = {"ServedBy": "" if options.cluster == "own" else options.cluster}
    if options.cluster != "own":
        clusters.check(Stack(session, options.cluster))
    deployment.change(wanted, deployment.before(), UsePreviousTemplate=True)
    say(
        f"{options.stack} is served by {options.cluster}. Views are still of before: ./dev "
        f"restore views --stack {options.stack}"
    )


def forget_views(options, session):
    """Deletes what the database has, too, and nothing else; asks first."""
    table = Stack(session, options.stack).outputs()["HotTable"]
    say(
        f"Every view of albums, photos and shares goes from {table}. Sessions, addresses and "
        "limits stay."
    )
    if not options.yes and input("Do it? [y/N] ").strip().lower() != "y":
        raise Failed("Nothing was done.")
    count = views.forget(session.resource("dynamodb").Table(table))
    say(
        f"{count} items are gone; requests read the database meanwhile. Now: ./dev "
        f"rebuild-projection --stack {options.stack}"
    )


def follow(options, session):
    """Updates the copy to the stage that the stack has."""
    name = clusters.follow(Stack(session, options.stack))
    say(
        f"{name} has what the stage takes. If the most capacity has changed, restart its "
        "instances, readers first."
    )


STEPS = {"make": make, "serve": serve, "follow": follow, "views": forget_views}


def main(given):
    options = arguments(given)
    session = boto3.Session(region_name=options.region)
    if session.region_name is None:
        sys.exit("Say where: --region us-east-1, or AWS_REGION.")
    try:
        STEPS[options.step](options, session)
    except (Failed, BotoCoreError, ClientError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
