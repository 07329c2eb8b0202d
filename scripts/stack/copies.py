"""Tries `./dev restore` as far as moto has what it asks: the stack of a copy, and a hot table
without its views.
"""

import unittest.mock

import boto3
import botocore.client
import moto
import restore
from deployment import clusters, views
from deployment.stacks import Failed, Stack

ASKED = botocore.client.BaseClient._make_api_call

MOMENT = "2026-11-28T03:10:00Z"
NAME = "albumen-restored-20261128t031000z"

# The stack of a service, the two that are nested in it, and one that is something else.
PLACE = {"SubnetGroup": "albumen-subnets", "DatabaseGroup": "sg-0123456789abcdef0", "Key": "key"}
STACKS = {
    "albumen": {
        "Parameters": {"Scale": "users-3", "ServedBy": NAME},
        "Outputs": {"Cluster": "albumen-cluster"},
    },
    "data": {},
    "cluster": {"Parameters": {**PLACE, "MaxCapacity": "64", "RestoreFrom": "", "RestoreTo": ""}},
    "other": {"Outputs": {"Origin": "https://albumen.example"}},
    NAME: {
        "Parameters": {"RestoreFrom": "albumen-cluster", "RestoreTo": MOMENT, "MaxCapacity": "16"}
    },
}
NESTED = {("albumen", "Data"): "data", ("data", "Cluster"): "cluster"}


def pairs(kind, values):
    return [{f"{kind}Key": name, f"{kind}Value": value} for name, value in values.items()]


def answer(done):
    """Answers as CloudFormation would of STACKS, and notes what it is to do."""

    def answered(_client, operation, given):
        if operation == "DescribeStacks":
            stack = STACKS[given["StackName"]]
            described = {
                name: pairs(name.removesuffix("s"), stack.get(name, {}))
                for name in ("Parameters", "Outputs")
            }
            ended = {
                "StackStatus": "CREATE_COMPLETE"
                if done and done[-1][0] == "CreateStack"
                else "UPDATE_COMPLETE"
            }
            return {"Stacks": [{**described, **ended}]}
        if operation == "DescribeStackResource":
            nested = NESTED[given["StackName"], given["LogicalResourceId"]]
            return {"StackResourceDetail": {"PhysicalResourceId": nested}}
        done.append((operation, given))
        return {"StackId": given["StackName"]}

    return unittest.mock.patch.object(botocore.client.BaseClient, "_make_api_call", answered)


def session():
    return boto3.Session("testing", "testing", region_name="us-east-1")


def values(given):
    return {each["ParameterKey"]: each["ParameterValue"] for each in given["Parameters"]}


def a_copy_of_a_moment():
    done = []
    with answer(done):
        stack = Stack(session(), "albumen")
        clusters.make(stack, clusters.name_of_copy("albumen", MOMENT), MOMENT)
    ((operation, given),) = done
    made = values(given)
    if (
        operation != "CreateStack"
        or given["StackName"] != NAME
        or given["OnFailure"] != "DO_NOTHING"
    ):
        yield f"{operation} of {given['StackName']}"
    if (made["RestoreFrom"], made["RestoreTo"], made["Protected"]) != (
        "albumen-cluster",
        MOMENT,
        "yes",
    ):
        yield f"a copy is made with {made}"
    if made["MaxCapacity"] != "64" or any(made[name] != value for name, value in PLACE.items()):
        yield f"a copy is not where the cluster is, and as large: {made}"


def a_copy_that_follows():
    done = []
    with answer(done):
        clusters.follow(Stack(session(), "albumen"))
    ((operation, given),) = done
    made = values(given)
    if operation != "UpdateStack" or made["MaxCapacity"] != "64":
        yield f"{operation} with {made}"
    if (made["RestoreFrom"], made["RestoreTo"]) != ("albumen-cluster", MOMENT):
        yield "a copy that follows is made anew"


def a_stack_that_is_no_copy():
    with answer([]):
        try:
            clusters.check(Stack(session(), "other"))
            yield "a stack serves that has no cluster"
        except Failed as error:
            if "Writer" not in str(error):
                yield f"it says {error}"


KEPT = ["SESSION#1", "USER#1", "EMAIL#ana@example.com", "LIMIT#1", "STATISTICS#1"]


def views_that_are_forgotten():
    with moto.mock_aws():
        keys = [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ]
        kinds = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
        hot = session().resource("dynamodb")
        table = hot.create_table(
            TableName="hot",
            KeySchema=keys,
            AttributeDefinitions=kinds,
            BillingMode="PAY_PER_REQUEST",
        )
        with table.batch_writer() as batch:
            for key in KEPT:
                batch.put_item(Item={"pk": key, "sk": "~"})
            # More than a page of a scan.
            for number in range(300):
                kind = views.PROJECTED[number % len(views.PROJECTED)]
                batch.put_item(Item={"pk": f"{kind}{number}", "sk": "~HEAD", "view": "x" * 8000})
        count = views.forget(table)
        left = sorted(item["pk"] for item in table.scan()["Items"])
        if count != 300 or left != sorted(KEPT):
            yield f"{count} items are deleted, and {left} are left"


def moments_with_their_zone():
    if restore.moment("2026-11-28T04:10:00+01:00") != MOMENT:
        yield f"a moment is taken for {restore.moment('2026-11-28T04:10:00+01:00')}"
    try:
        restore.moment("2026-11-28T03:10:00")
        yield "a moment without a zone is taken"
    except restore.argparse.ArgumentTypeError:
        pass


TRIALS = [
    a_copy_of_a_moment,
    a_copy_that_follows,
    a_stack_that_is_no_copy,
    views_that_are_forgotten,
    moments_with_their_zone,
]
