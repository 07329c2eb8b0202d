"""`./dev deploy`: from a built stack to a running one. See docs/operations.md.

Everything it decides is said before it is done, and CloudFormation's own list of changes is shown
and asked about. What holds data is never replaced: a list that says so is refused.
"""

import argparse
import hashlib
import pathlib
import secrets
import subprocess
import sys
import time

import boto3
import preflight
from botocore.exceptions import ClientError, WaiterError
from deployment import artefacts, changes, failures, files, zones
from stack import quotas, template

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILT = ROOT / ".aws-sam/build/template.yaml"
PACKAGED = ROOT / ".aws-sam/packaged.yaml"

# Made here, the first time and when asked for anew.
# For files whose name says what is in them.
KEPT = "public, max-age=31536000, immutable"
SECRETS = ["SigningKey", "OriginSecret"]


def arguments(given):
    parser = argparse.ArgumentParser(prog="./dev deploy", description=__doc__.splitlines()[0])
    parser.add_argument("--stack", default="albumen", help="name of the stack (albumen)")
    parser.add_argument("--region", help="AWS region; else the one that your environment names")
    parser.add_argument(
        "--scale", help="stage: users, users-1 to users-5; as it was, when not given"
    )
    parser.add_argument("--email", help="address that alarms go to")
    parser.add_argument("--domain", help="name under which people find the service")
    parser.add_argument("--zone", help="Route 53 zone of that name")
    parser.add_argument("--certificate", help="ARN of its certificate, in us-east-1")
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE", help="any other parameter"
    )
    parser.add_argument("--new", choices=[*SECRETS, "MediaKey"], help="change this key")
    parser.add_argument(
        "--drop-old", choices=["MediaKey"], help="forget the key before the last change"
    )
    parser.add_argument(
        "--web-only", action="store_true", help="put the page into its bucket, and nothing else"
    )
    parser.add_argument(
        "--check", action="store_true", help="say what the account lacks for it, and do nothing"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    return parser.parse_args(given)


def say(text):
    print(f"\033[1m{text}\033[0m", file=sys.stderr)


def migrations():
    """A digest of every migration: when it changes, they are applied."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.sql")):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def key_pair():
    """A P-256 key for links to images: private PKCS#8, and public, in PEM."""
    made = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    private = subprocess.run(made, check=True, capture_output=True, text=True).stdout
    public = subprocess.run(
        ["openssl", "pkey", "-pubout"], input=private, check=True, capture_output=True, text=True
    )
    return private, public.stdout


# Stacks that CloudFormation does nothing with but delete them: their first deployment failed.
NEVER_MADE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}

# Stages that have a warehouse.
WAREHOUSES = {"users-4", "users-5"}


class Deployment:
    def __init__(self, options, session):
        self.options = options
        self.session = session
        self.cloudformation = session.client("cloudformation")
        self.s3 = session.client("s3")
        self.functions = session.client("lambda")
        self.warehouse = session.client("redshift-serverless")
        self.region = session.region_name
        self.stack = self.described()

    def described(self):
        try:
            stack = self.cloudformation.describe_stacks(StackName=self.options.stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        if stack["StackStatus"] in NEVER_MADE:
            sys.exit(
                f"{self.options.stack} is {stack['StackStatus']}: its first deployment failed, "
                "and CloudFormation only "
                f"deletes such a stack. What failed:\n{self.failures()}\n"
                "Mend that, run 'aws cloudformation delete-stack --stack-name "
                f"{self.options.stack}', and deploy again."
            )
        return None if stack["StackStatus"] == "REVIEW_IN_PROGRESS" else stack

    def before(self):
        """The parameters that the stack has; secrets are stars."""
        return {
            each["ParameterKey"]: each["ParameterValue"]
            for each in (self.stack or {}).get("Parameters", [])
        }

    def outputs(self):
        return {
            each["OutputKey"]: each["OutputValue"] for each in self.described().get("Outputs", [])
        }

    def wanted(self):
        """What is to be different from what the stack has."""
        options, before = self.options, self.before()
        named = {"Scale": options.scale, "AlarmEmail": options.email, "Domain": options.domain}
        named |= {"HostedZone": options.zone, "Certificate": options.certificate}
        wanted = {name: value for name, value in named.items() if value is not None}
        if options.domain:
            wanted["PublicOrigin"] = f"https://{options.domain}"
        if not before:
            # Until it is there: a stack that cannot be made is taken back, which takes what may be
            # deleted.
            wanted |= {"Protected": "no", "Zones": self.zones()}
        # The warehouse stays in the stack on the way down. Out of it, its name would be taken on
        # the way up.
        if before.get("Scale") in WAREHOUSES and options.scale and options.scale not in WAREHOUSES:
            wanted["KeepWarehouse"] = "yes"
        wanted |= dict(each.split("=", 1) for each in options.parameter)
        wanted["Migrations"] = migrations()
        for name in SECRETS:
            if not before or options.new == name == "SigningKey":
                wanted[name] = secrets.token_urlsafe(48)
        if not before or options.new == "MediaKey":
            wanted |= self.new_media_key(before)
        if options.drop_old:
            wanted[f"MediaPublicKey{'B' if before['MediaSigner'] == 'A' else 'A'}"] = ""
        return wanted

    def zones(self):
        """Three zones that have all that the stack needs."""
        found = zones.chosen(
            *zones.of_region(self.session.client("ec2"), self.session.client("rds"))
        )
        if found is None:
            sys.exit(
                f"{self.region} has fewer than two zones with Aurora Serverless and Lambda: "
                "choose another region."
            )
        return ",".join(found)

    def check_quota(self, wanted):
        """Says before anything is done that the account may run too few functions at once for the
        stage.
        """
        needed = quotas.needed(wanted.get("Scale") or self.before().get("Scale", "users"))
        have = self.functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
        if have < needed:
            sys.exit(
                f"The stage sets {needed:,} concurrent executions of Lambda apart or keeps them "
                "warm, and the account may "
                f"have {have:,}: ask for more in Service Quotas (Lambda, L-B99A9384), then deploy "
                "again."
            )

    @staticmethod
    def new_media_key(before):
        place = "B" if before and before["MediaSigner"] == "A" else "A"
        if before.get(f"MediaPublicKey{place}"):
            sys.exit(
                "Both places for the key of images are taken: first --drop-old MediaKey, a day "
                "after the last change."
            )
        private, public = key_pair()
        return {"MediaSigner": place, f"MediaPublicKey{place}": public, "MediaPrivateKey": private}

    def package(self):
        say("Sending the code to S3")
        command = [
            "sam",
            "package",
            "--template-file",
            BUILT,
            "--output-template-file",
            PACKAGED,
            "--resolve-s3",
        ]
        subprocess.run(
            [*command, "--s3-prefix", self.options.stack, "--region", self.region],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def bucket(self):
        """The bucket that SAM sends to."""
        resources = self.cloudformation.describe_stack_resource(
            StackName="aws-sam-cli-managed-default", LogicalResourceId="SamCliSourceBucket"
        )
        return resources["StackResourceDetail"]["PhysicalResourceId"]

    def deployed(self):
        """The template that the stack has, as it was packaged; empty when there is no stack yet."""
        if self.stack is None:
            return ""
        return str(
            self.cloudformation.get_template(
                StackName=self.options.stack, TemplateStage="Original"
            )["TemplateBody"]
        )

    def tidy(self, before):
        """Leaves in the bucket of the code what is deployed and what was before, so that both ways
        are open.
        """
        count = artefacts.tidy(
            self.s3, self.bucket(), self.options.stack, [before, self.deployed()]
        )
        if count:
            say(f"{count} files of code that nothing uses any more are deleted")

    def deploy(self, wanted):
        """Has the stack as the packaged template says."""
        digest = hashlib.sha256(PACKAGED.read_bytes()).hexdigest()
        key = f"{self.options.stack}/{digest[:32]}.template"
        self.s3.upload_file(str(PACKAGED), self.bucket(), key)
        known = template.read(PACKAGED)["Parameters"]
        self.change(
            wanted,
            known,
            TemplateURL=f"https://{self.bucket()}.s3.{self.region}.amazonaws.com/{key}",
        )

    def change(self, wanted, known, **source):
        """Shows what would change with a template that knows these parameters, asks,
        and does it.
        """
        kept = [name for name in self.before() if name in known and name not in wanted]
        change_set = self.cloudformation.create_change_set(
            StackName=self.options.stack,
            ChangeSetName=f"deploy-{int(time.time())}",
            ChangeSetType="UPDATE" if self.stack else "CREATE",
            Parameters=[
                *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
                *(
                    {"ParameterKey": name, "ParameterValue": value}
                    for name, value in wanted.items()
                ),
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            # Of stacks that are not there yet nobody can say what changes, and their parameters
            # would be handed on without having been resolved.
            IncludeNestedStacks=self.stack is not None,
            **source,
        )["Id"]
        if not self.planned(change_set):
            say("Nothing changes.")
            self.cloudformation.delete_change_set(ChangeSetName=change_set)
            return
        self.asked(change_set)
        self.execute(change_set)

    def execute(self, change_set):
        """Has it done, and waits."""
        self.cloudformation.execute_change_set(ChangeSetName=change_set)
        say("CloudFormation is at it. The first time takes half an hour; Ctrl-C does not stop it.")
        name = "stack_update_complete" if self.stack else "stack_create_complete"
        try:
            self.cloudformation.get_waiter(name).wait(
                StackName=self.options.stack, WaiterConfig={"Delay": 10, "MaxAttempts": 720}
            )
        except WaiterError:
            sys.exit(f"It failed, and was taken back:\n{self.failures()}")
        self.stack = self.described()

    def planned(self, change_set):
        """Waits for CloudFormation to compare; whether it found a difference."""
        try:
            self.cloudformation.get_waiter("change_set_create_complete").wait(
                ChangeSetName=change_set, WaiterConfig={"Delay": 5, "MaxAttempts": 120}
            )
        except WaiterError:
            why = self.cloudformation.describe_change_set(ChangeSetName=change_set)["StatusReason"]
            if "didn't contain changes" in why or "No updates" in why:
                return False
            self.refuse(change_set, f"CloudFormation refuses it: {why}")
        return True

    def changes(self, change_set):
        """Every change, those of nested stacks too."""
        found = []
        for page in self.cloudformation.get_paginator("describe_change_set").paginate(
            ChangeSetName=change_set
        ):
            for change in page["Changes"]:
                resource = change["ResourceChange"]
                found.append(resource)
                if resource.get("ChangeSetId"):
                    found += self.changes(resource["ChangeSetId"])
        return found

    def asked(self, change_set):
        """Shows what would change, and goes on if nothing is lost and the answer is yes."""
        found = self.changes(change_set)
        print("\n".join(map(changes.line, found)), file=sys.stderr)
        lost = list(changes.lost(found))
        if lost:
            self.refuse(
                change_set,
                f"Refused: {', '.join(lost)} hold data, and would be replaced or removed.",
            )
        if not self.options.yes and input("Do it? [y/N] ").strip().lower() != "y":
            self.refuse(change_set, "Nothing was done.")

    def refuse(self, change_set, why):
        """Ends without having done anything, and leaves nothing behind that looks as if it were to
        be done.
        """
        self.cloudformation.delete_change_set(ChangeSetName=change_set)
        sys.exit(why)

    def change_origin_secret(self):
        """Functions take the new one, too; then CloudFront shows it; then the old one
        is forgotten.
        """
        health = self.cloudformation.describe_stack_resource(
            StackName=self.options.stack, LogicalResourceId="GetHealth"
        )
        configuration = self.functions.get_function_configuration(
            FunctionName=health["StackResourceDetail"]["PhysicalResourceId"]
        )
        old, new = (
            configuration["Environment"]["Variables"]["ORIGIN_SECRET"].split(",")[0],
            secrets.token_urlsafe(48),
        )
        for value in (f"{old},{new}", f"{new},{old}", new):
            self.deploy({"OriginSecret": value})

    def failures(self):
        """What failed in the last operation, those in nested stacks too."""
        pages = self.cloudformation.get_paginator("describe_stack_events")

        def events_of(stack):
            found = pages.paginate(StackName=stack)
            return [event for page in found for event in page["StackEvents"]]

        return failures.told(events_of, self.options.stack)

    def web(self):
        """Puts the page into its bucket. Names in assets/ say what is in them, so browsers keep
        them; for the others they ask each time. What an open tab may still load stays there.
        """
        say("Putting the page into its bucket")
        bucket = self.outputs()["WebBucket"]
        site = ROOT / "target" / "web" / "site"
        found = [path for path in sorted(site.rglob("*")) if path.is_file()]
        # What others name comes before what names it.
        for path in sorted(found, key=lambda path: path.suffix == ".html"):
            name = path.relative_to(site).as_posix()
            caching = KEPT if name.startswith("assets/") else "no-cache"
            extra = {"ContentType": files.content_type(path), "CacheControl": caching}
            self.s3.upload_file(str(path), bucket, name, ExtraArgs=extra)

    def limit_warehouse(self):
        """An afternoon of the warehouse a day: a mistake must not cost more. CloudFormation has no
        resource for it.
        """
        workgroup = self.outputs().get("Workgroup")
        if not workgroup:
            return
        arn = self.warehouse.get_workgroup(workgroupName=workgroup)["workgroup"]["workgroupArn"]
        if self.warehouse.list_usage_limits(resourceArn=arn)["usageLimits"]:
            return
        amount = {"users-4": 32, "users-5": 96}[self.before()["Scale"]]
        say(f"Limiting the warehouse to {amount} unit-hours a day")
        self.warehouse.create_usage_limit(
            resourceArn=arn,
            usageType="serverless-compute",
            period="daily",
            amount=amount,
            breachAction="deactivate",
        )


def main(given):
    options = arguments(given)
    session = boto3.Session(region_name=options.region)
    if session.region_name is None:
        sys.exit("Say where: --region us-east-1, or AWS_REGION.")
    if options.check:
        scale = options.scale or "users"
        wanted = preflight.Wanted(
            options.stack, scale, options.domain, options.zone, options.certificate
        )
        sys.exit(preflight.run(session, wanted))
    deployment = Deployment(options, session)
    if options.web_only:
        deployment.web()
        return
    first = deployment.stack is None
    before = deployment.deployed()
    wanted = deployment.wanted()
    deployment.check_quota(wanted)
    deployment.package()
    deployment.deploy(wanted)
    if options.new == "OriginSecret" and not first:
        deployment.change_origin_secret()
    origin = deployment.outputs()["Origin"]
    then = {"Protected": "yes", "PublicOrigin": origin}
    if any(deployment.before().get(name) != value for name, value in then.items()):
        say(f"Protecting what holds data, and telling the functions that people see {origin}")
        deployment.deploy(then)
    deployment.web()
    deployment.limit_warehouse()
    try:
        deployment.tidy(before)
    except ClientError as error:
        say(f"What no stack uses any more was left in the bucket of the code: {error}")
    say(f"What mail lacks: {deployment.outputs()['MailSetup']}")
    if first:
        where = f"--stack {options.stack} --region {deployment.region}"
        say(f"The code that makes an account an administrator: ./dev administrator-code {where}")
    say(f"It runs: {origin}")


if __name__ == "__main__":
    main(sys.argv[1:])
