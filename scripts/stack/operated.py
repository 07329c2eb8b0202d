"""Tries what is done to a running stack, `./dev archive status --stack` and its like.

Moto makes the stack and says what its functions are called. What they answer is given here, since
moto runs none.
"""

import contextlib
import io
import json
import unittest.mock

import boto3
import botocore.client
import moto
import operate
from deployment.stacks import Failed

from . import copies, kept_code

ASKED = botocore.client.BaseClient._make_api_call
KEY = "a key of at least 32 characters."
NAMES = ["ClaimAdministration", "PlanArchive", "RebuildProjection", "RerenderPhotos", "GetHealth"]


def template():
    """A stack with the functions that are called, as CloudFormation names them."""
    trust = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ]
    }
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    }
    code = {"ZipFile": "def handler(event, context): pass"}
    properties = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Code": code,
        "Environment": {"Variables": {"SIGNING_KEY": KEY}},
    }
    resources |= {
        name: {"Type": "AWS::Lambda::Function", "Properties": properties} for name in NAMES
    }
    return json.dumps({"Resources": resources})


def answered(function, calls):
    """Answers invocations as `function` would, which takes the event, and returns or raises."""

    def answer(client, operation, given):
        if operation != "Invoke":
            return ASKED(client, operation, given)
        event = json.loads(given["Payload"])
        calls.append((given["FunctionName"], event))
        try:
            said, failed = function(event), {}
        except RuntimeError as error:
            said, failed = {"errorMessage": str(error)}, {"FunctionError": "Unhandled"}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(said).encode()), **failed}

    return unittest.mock.patch.object(botocore.client.BaseClient, "_make_api_call", answer)


@contextlib.contextmanager
def stack(function):
    """A stack of moto's, the calls of its functions, and a way to run a command on it.

    The command gives its exit code and its text.
    """
    calls = []
    with moto.mock_aws(), answered(function, calls):
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        session.client("cloudformation").create_stack(StackName="albumen", TemplateBody=template())

        def run(*words):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = operate.run(operate.arguments([*words, "--stack", "albumen"]), session)
            return code, out.getvalue()

        yield run, calls


def job(month, state, **differs):
    plain = {"generation": 1, "shard": 0, "target": "s3", "rows": 7, "bytes": 900, "reason": None}
    return {
        "month": month,
        "state": state,
        "in_table": False,
        "updated_at": "2026-11-01T00:00:00Z",
        **plain,
        **differs,
    }


def administrator_code():
    with stack(lambda event: event) as (run, calls):
        code, text = run("administrator-code")
        # The test of shared/src/http/signer.rs has the same key and code.
        if code or text.strip() != "u7uu-s4ik-cb6m-shev-w76q-ty2v-57yg-fnly":
            yield f"it ends with {code}, and says {text}"
        if calls:
            yield f"it calls {calls}"


def archive_status():
    jobs = [job("2026-06", "failed", in_table=True, reason="other rows"), job("2026-05", "dropped")]
    with stack(lambda event: {"jobs": jobs}) as (run, calls):
        code, text = run("archive", "status")
        lines = text.splitlines()
        if (
            code
            or "2026-05" not in lines[1]
            or "failed" not in lines[2]
            or "other rows" not in lines[3]
        ):
            yield f"the jobs are shown as\n{text}"
        if lines[-1] != "1 of 2 jobs done, 14 rows, 1800 bytes":
            yield f"the sum is {lines[-1]!r}"
        name, event = calls[0]
        if event != {"only": "status"} or not name.startswith("albumen-PlanArchive"):
            yield f"{name} was called with {event}"


def counted(after, failures=0):
    place = after and {"cluster": 0, "what": "photos", "after": after}
    return {"albums": 1, "photos": 2, "shares": 0, "failures": failures, "next": place}


def a_rebuild_in_steps():
    answers = iter([counted("0192"), counted("0193"), counted(None)])
    with stack(lambda event: next(answers)) as (run, calls):
        code, text = run("rebuild-projection", "--from", "7", "--to", "9")
        if code or text.count("2 photos") != 3:
            yield f"it ends with {code}, and says\n{text}"
        if [event["next"] and event["next"]["after"] for _, event in calls] != [
            None,
            "0192",
            "0193",
        ]:
            yield f"it does not go on where it was: {calls}"
        if any((event["from"], event["to"]) != (7, 9) for _, event in calls):
            yield f"it leaves its range: {calls}"


def a_rebuild_with_failures():
    with stack(lambda event: counted(None, failures=3)) as (run, _):
        if run("rebuild-projection")[0] != 1:
            yield "what was not projected passes for success"


def a_rebuild_that_is_cut_off():
    def function(event):
        if event["next"]:
            raise RuntimeError("timed out")
        return counted("0192")

    with stack(function) as (run, _):
        try:
            run("rebuild-projection")
            yield "a failure passes for success"
        except Failed as error:
            if "--next '" not in str(error) or '"after": "0192"' not in str(error):
                yield f"it does not say where to go on: {error}"


def a_rerendering_in_steps():
    def sent(after, without=0):
        return {
            "sent": 5,
            "without_original": without,
            "next": after and {"cluster": 1, "after": after},
        }

    answers = iter([sent("0192"), sent(None)])
    with stack(lambda event: next(answers)) as (run, calls):
        code, text = run("rerender", "--per-second", "9")
        if code or "10 photos asked for" not in text:
            yield f"it ends with {code}, and says\n{text}"
        if [event["next"] and event["next"]["after"] for _, event in calls] != [None, "0192"]:
            yield f"it does not go on where it was: {calls}"
        if any(event["per_second"] != 9 for _, event in calls):
            yield f"it goes at another rate: {calls}"
    with stack(lambda event: sent(None, without=1)) as (run, _):
        if run("rerender")[0] != 1:
            yield "an original that is gone passes for success"


def functions_by_either_name():
    with stack(lambda event: event) as (run, calls):
        for word in ("GetHealth", "get-health"):
            code, text = run("invoke", word)
            if code or json.loads(text) != {}:
                yield f"{word} answers {text}"
        if {name.split("-")[1] for name, _ in calls} != {"GetHealth"}:
            yield f"called was {calls}"


def a_function_that_is_not_there():
    with stack(lambda event: event) as (run, _):
        try:
            run("invoke", "GetNothing")
            yield "a function that is not there is called"
        except Failed as error:
            if "has no GetNothing" not in str(error):
                yield f"it says {error}"


TRIALS = [
    administrator_code,
    archive_status,
    a_rebuild_in_steps,
    a_rebuild_with_failures,
    a_rebuild_that_is_cut_off,
    a_rerendering_in_steps,
    functions_by_either_name,
    a_function_that_is_not_there,
    *copies.TRIALS,
    *kept_code.TRIALS,
]


def run():
    """What the trials found wrong with the commands."""
    return {
        "problems": [f"{trial.__name__}: {problem}" for trial in TRIALS for problem in trial()],
        "trials": len(TRIALS),
    }
