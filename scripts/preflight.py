"""`./dev deploy --check`: holds an AWS account against what a stage needs, before anything is made.

It only reads. Each finding says what is so, and what to do; a "stop" would make the deployment
fail.
"""

import dataclasses

from botocore.exceptions import BotoCoreError, ClientError
from stack import needs

STOP, WARN, FINE, UNKNOWN = "stop", "warn", "fine", "not checked"

# Stack states in which CloudFormation takes no update, and what helps.
STUCK = {
    "ROLLBACK_COMPLETE": (
        "the first deployment failed: delete the stack, then what it kept (docs/operations.md, "
        "First-time set-up)"
    ),
    "ROLLBACK_FAILED": "the first deployment failed, and could not be taken back: delete the stack",
    "DELETE_FAILED": "it could not be deleted: see its events, then delete it again",
    "UPDATE_ROLLBACK_FAILED": "continue the rollback: aws cloudformation continue-update-rollback",
}


@dataclasses.dataclass
class Finding:
    """What a check found: how bad it is, what is so, and what to do about it."""

    level: str
    text: str
    remedy: str = ""

    def line(self):
        after = f" To do: {self.remedy}." if self.remedy else ""
        return f"{self.level:12} {self.text}{after}"


@dataclasses.dataclass
class Wanted:
    """What is to be deployed: where, which stage, and under which name."""

    stack: str
    scale: str
    domain: str | None = None
    zone: str | None = None
    certificate: str | None = None


def identity(session, _):
    caller = session.client("sts").get_caller_identity()
    yield Finding(
        FINE, f"Account {caller['Account']}, as {caller['Arn']}, in {session.region_name}."
    )
    if caller["Arn"].endswith(":root"):
        yield Finding(WARN, "These are the root user's credentials.", "use a role of your own")
    if session.region_name != "us-east-1":
        yield Finding(
            WARN,
            "Web ACLs of CloudFront are in us-east-1 alone, so the stack makes none here.",
            "make one there and give its ARN with --parameter WebAcl=…",
        )


def stack_state(session, wanted):
    try:
        described = session.client("cloudformation").describe_stacks(StackName=wanted.stack)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        yield Finding(FINE, f"There is no stack {wanted.stack} yet.")
        return
    status = described["Stacks"][0]["StackStatus"]
    if status in STUCK:
        yield Finding(STOP, f"The stack {wanted.stack} is {status}.", STUCK[status])
    elif status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        yield Finding(STOP, f"The stack {wanted.stack} is {status}.", "wait until it has ended")
    else:
        yield Finding(FINE, f"The stack {wanted.stack} is {status}.")


def zones(session, _):
    filters = [
        {"Name": "zone-type", "Values": ["availability-zone"]},
        {"Name": "state", "Values": ["available"]},
    ]
    found = session.client("ec2").describe_availability_zones(Filters=filters)["AvailabilityZones"]
    names = ", ".join(zone["ZoneName"] for zone in found)
    if len(found) < needs.ZONES:
        yield Finding(
            STOP,
            f"{session.region_name} has {len(found)} zones that you may use ({names}); the "
            f"network needs {needs.ZONES}.",
            "choose another region",
        )
    else:
        yield Finding(FINE, f"Zones: {names}.")


def quotas(session, wanted):
    client = session.client("service-quotas")
    for quota in needs.quotas(wanted.scale):
        try:
            value = client.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)[
                "Quota"
            ]["Value"]
        except ClientError:
            yield Finding(
                UNKNOWN,
                f"Quota of {quota.what}: it needs {quota.least:,.0f}.",
                f"look it up in Service Quotas ({quota.code})",
            )
            continue
        text = f"Quota of {quota.what}: {value:,.0f}, needed {quota.least:,.0f}."
        if value < quota.least:
            yield Finding(
                STOP if quota.stops else WARN,
                text,
                f"ask for more in Service Quotas ({quota.code})",
            )
        else:
            yield Finding(FINE, text)


def certificate(session, wanted):
    if not wanted.domain:
        return
    if not wanted.certificate:
        yield Finding(
            STOP,
            f"{wanted.domain} has no certificate.",
            "ask ACM in us-east-1 for one, and give its ARN with --certificate",
        )
        return
    if wanted.certificate.split(":")[3:4] != ["us-east-1"]:
        yield Finding(
            STOP,
            "The certificate is not in us-east-1, the only place where CloudFront finds it.",
            "ask ACM there for one",
        )
        return
    found = session.client("acm", region_name="us-east-1").describe_certificate(
        CertificateArn=wanted.certificate
    )["Certificate"]
    names = [found["DomainName"], *found.get("SubjectAlternativeNames", [])]
    if found["Status"] != "ISSUED":
        yield Finding(
            STOP,
            f"The certificate is {found['Status']}.",
            "add the DNS records that ACM asks for, and wait until it is ISSUED",
        )
    elif not any(covers(name, wanted.domain) for name in names):
        yield Finding(
            STOP,
            f"The certificate is for {', '.join(sorted(set(names)))}, not for {wanted.domain}.",
            "ask ACM in us-east-1 for one",
        )
    else:
        yield Finding(FINE, f"The certificate covers {wanted.domain}.")


def covers(name, domain):
    """Whether a certificate's name is the domain, or a wildcard one label above it."""
    return name == domain or (name.startswith("*.") and domain.partition(".")[2] == name[2:])


def names(session, wanted):
    if not wanted.domain:
        return
    for page in session.client("cloudfront").get_paginator("list_distributions").paginate():
        for distribution in page["DistributionList"].get("Items", []):
            ours = wanted.stack in distribution.get("Comment", "")
            if wanted.domain in distribution.get("Aliases", {}).get("Items", []) and not ours:
                yield Finding(
                    STOP,
                    f"The distribution {distribution['Id']} answers to {wanted.domain} already.",
                    "take the name from it, or choose another",
                )
    if wanted.zone:
        yield from records(session.client("route53"), wanted)


def records(route53, wanted):
    zone = route53.get_hosted_zone(Id=wanted.zone)["HostedZone"]["Name"].rstrip(".")
    if wanted.domain != zone and not wanted.domain.endswith(f".{zone}"):
        yield Finding(
            STOP,
            f"The zone {wanted.zone} is of {zone}, which {wanted.domain} is no part of.",
            "give the right one with --zone",
        )
        return
    listed = route53.list_resource_record_sets(
        HostedZoneId=wanted.zone, StartRecordName=wanted.domain, MaxItems="5"
    )
    for record in listed["ResourceRecordSets"]:
        if record["Name"].rstrip(".") == wanted.domain and record["Type"] in ("A", "AAAA", "CNAME"):
            yield Finding(
                WARN,
                f"{wanted.domain} has a record of type {record['Type']} already.",
                "if it is not this stack's, delete it: CloudFormation makes its own",
            )


def database(session, _):
    engine, version = needs.engine()
    options = session.client("rds").describe_orderable_db_instance_options(
        Engine=engine, EngineVersion=version
    )["OrderableDBInstanceOptions"]
    if any(option["DBInstanceClass"] == "db.serverless" for option in options):
        yield Finding(FINE, f"{engine} {version} is there, serverless.")
    else:
        yield Finding(
            STOP,
            f"{engine} {version} is not to be had serverless in {session.region_name}.",
            "choose another region, or another version in infra/cluster.yaml",
        )


def permissions(session, wanted):
    arn = session.client("sts").get_caller_identity()["Arn"]
    if arn.endswith(":root"):
        return
    iam = session.client("iam")
    actions = needs.actions(wanted.scale)
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal(arn), ActionNames=actions
    )
    denied = [
        result["EvalActionName"]
        for page in pages
        for result in page["EvaluationResults"]
        if result["EvalDecision"] != "allowed"
    ]
    if denied:
        yield Finding(
            STOP,
            f"You may not do: {', '.join(sorted(denied))}.",
            "have them allowed, or deploy with another role",
        )
    else:
        yield Finding(FINE, f"You may do all {len(actions)} things that make it.")


def principal(arn):
    """The role behind an assumed one: policies are the role's, not the session's."""
    if ":assumed-role/" not in arn:
        return arn
    account, role = arn.split(":")[4], arn.split("/")[1]
    return f"arn:aws:iam::{account}:role/{role}"


CHECKS = [identity, stack_state, zones, quotas, certificate, names, database, permissions]


def findings(session, wanted):
    """Everything that the checks find. What AWS does not let us read is not checked,
    and said so.
    """
    for check in CHECKS:
        try:
            yield from check(session, wanted)
        except (BotoCoreError, ClientError, NotImplementedError) as error:
            yield Finding(UNKNOWN, f"{check.__name__.replace('_', ' ').capitalize()}: {error}")


def run(session, wanted):
    """Prints what was found; returns the status of the process."""
    found = list(findings(session, wanted))
    for each in found:
        print(each.line())
    stops = sum(each.level == STOP for each in found)
    print(
        f"{stops} would stop the deployment."
        if stops
        else "Nothing found that would stop the deployment."
    )
    return 1 if stops else 0
