"""Tries `./dev deploy --check` on accounts of moto's: each lacks something, and the check has to
say so.
"""

import contextlib
import os
import subprocess
import unittest.mock

import boto3
import botocore.client
import moto
import preflight

DOMAIN = "photos.albumen.example"
ASKED = botocore.client.BaseClient._make_api_call


def answers(quota, denied=(), engine="db.serverless"):
    """Answers what moto does not know as AWS would, and lets all else through to it."""

    def answer(client, operation, given):
        if operation == "SimulatePrincipalPolicy":
            decisions = {
                name: "implicitDeny" if name in denied else "allowed"
                for name in given["ActionNames"]
            }
            results = [
                {"EvalActionName": name, "EvalDecision": decision}
                for name, decision in decisions.items()
            ]
            return {"EvaluationResults": results, "IsTruncated": False}
        if operation == "GetServiceQuota":
            return {"Quota": {"Value": quota(given["QuotaCode"])}}
        if operation == "DescribeOrderableDBInstanceOptions":
            return {"OrderableDBInstanceOptions": [{"DBInstanceClass": engine}]}
        return ASKED(client, operation, given)

    return unittest.mock.patch.object(botocore.client.BaseClient, "_make_api_call", answer)


@contextlib.contextmanager
def account(**differs):
    """An account of moto's in us-east-1, with quotas as of an account that has been there for a
    while.
    """
    differs.setdefault("quota", lambda code: 1e6)
    given = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with unittest.mock.patch.dict(os.environ, given), moto.mock_aws(), answers(**differs):
        yield boto3.Session(region_name="us-east-1")


def found(session, **wanted):
    wanted = preflight.Wanted(**{"stack": "albumen", "scale": "users", **wanted})
    return [each.line() for each in preflight.findings(session, wanted)]


def stops(lines):
    return [line for line in lines if line.startswith(preflight.STOP)]


def expected(lines, level, text):
    if not any(line.startswith(level) and text in line for line in lines):
        yield f"no {level!r} with {text!r} in:\n" + "\n".join(lines)


def an_account_with_everything():
    for scale in ("users", "users-5"):
        with account() as session:
            for line in found(session, scale=scale):
                if not line.startswith(preflight.FINE):
                    yield f"{scale}: {line}"


def a_new_account():
    with account(quota=lambda code: 10.0) as session:
        yield from expected(
            found(session),
            preflight.STOP,
            "concurrent executions that are reserved: 10, needed 100",
        )


def a_stage_too_large():
    with account(quota=lambda code: 1_000.0) as session:
        lines = found(session, scale="users-5")
        yield from expected(lines, preflight.STOP, "read units of a table")
        yield from expected(
            lines, preflight.WARN, "concurrent executions for the load: 1,000, needed 50,000"
        )


def somebody_who_may_not():
    with account(denied=["rds:CreateDBCluster"]) as session:
        yield from expected(found(session), preflight.STOP, "You may not do: rds:CreateDBCluster")


def a_version_that_is_gone():
    with account(engine="db.r6g.large") as session:
        yield from expected(found(session), preflight.STOP, "not to be had serverless")


def a_stack_that_failed_at_first():
    with account() as session:
        session.client("cloudformation").create_stack(
            StackName="albumen", TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
        )
        yield from expected(found(session), preflight.FINE, "The stack albumen is CREATE_COMPLETE")
        failed = {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
        client = session.client("cloudformation")
        with unittest.mock.patch.object(client, "describe_stacks", return_value=failed):
            fake = unittest.mock.Mock(client=lambda name, **_: client, region_name="us-east-1")
            lines = [
                each.line()
                for each in preflight.stack_state(fake, preflight.Wanted("albumen", "users"))
            ]
        yield from expected(lines, preflight.STOP, "ROLLBACK_COMPLETE")


def imported(acm, name):
    """A certificate for a name, made here, as ACM keeps one that it did not make."""
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    ]
    names = ["-addext", f"subjectAltName=DNS:{name}", "-keyout", "-", "-out", "-"]
    pem = subprocess.run([*made, *names], check=True, capture_output=True, text=True).stdout
    start = pem.index("-----BEGIN CERTIFICATE-----")
    key, body = pem[:start].encode(), pem[start:].encode()
    return acm.import_certificate(Certificate=body, PrivateKey=key)["CertificateArn"]


def certificates():
    with account() as session:
        acm = session.client("acm")
        pending = acm.request_certificate(DomainName=DOMAIN)["CertificateArn"]
        elsewhere = pending.replace("us-east-1", "eu-west-1")
        wildcard = imported(acm, "*.albumen.example")
        stop = preflight.STOP
        yield from expected(found(session, domain=DOMAIN), stop, "has no certificate")
        yield from expected(
            found(session, domain=DOMAIN, certificate=elsewhere), stop, "is not in us-east-1"
        )
        yield from expected(
            found(session, domain=DOMAIN, certificate=pending), stop, "PENDING_VALIDATION"
        )
        other = imported(acm, "other.example")
        yield from expected(
            found(session, domain=DOMAIN, certificate=other), stop, f"not for {DOMAIN}"
        )
        deeper = found(session, domain=f"my.{DOMAIN}", certificate=wildcard)
        yield from expected(deeper, stop, f"not for my.{DOMAIN}")
        lines = found(session, domain=DOMAIN, certificate=wildcard)
        yield from expected(lines, preflight.FINE, f"covers {DOMAIN}")
        yield from stops(lines)


def a_zone_of_somebody_else():
    with account() as session:
        zone = session.client("route53").create_hosted_zone(
            Name="other.example", CallerReference="one"
        )["HostedZone"]["Id"]
        yield from expected(
            found(session, domain=DOMAIN, zone=zone), preflight.STOP, "is no part of"
        )


def a_name_that_is_taken():
    with account() as session:
        route53 = session.client("route53")
        zone = route53.create_hosted_zone(Name="albumen.example", CallerReference="one")[
            "HostedZone"
        ]["Id"]
        record = {
            "Name": DOMAIN,
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": "192.0.2.1"}],
        }
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
        yield from expected(
            found(session, domain=DOMAIN, zone=zone),
            preflight.WARN,
            "has a record of type A already",
        )


def an_account_that_tells_nothing():
    with account():
        broken = unittest.mock.Mock(region_name="us-east-1")
        broken.client.side_effect = NotImplementedError("no answer")
        lines = found(broken)
        yield from (
            f"{line} is no finding of a check that could not look"
            for line in lines
            if not line.startswith(preflight.UNKNOWN)
        )
        if len(lines) < len(preflight.CHECKS) - 2:
            yield f"only {len(lines)} say that they were not checked"


TRIALS = [
    an_account_with_everything,
    a_new_account,
    a_stage_too_large,
    somebody_who_may_not,
    a_version_that_is_gone,
    a_stack_that_failed_at_first,
    certificates,
    a_zone_of_somebody_else,
    a_name_that_is_taken,
    an_account_that_tells_nothing,
]


def run():
    """What the trials found wrong with the check."""
    return {
        "problems": [f"{trial.__name__}: {problem}" for trial in TRIALS for problem in trial()],
        "trials": len(TRIALS),
    }
