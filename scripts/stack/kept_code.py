"""Tries what a deployment leaves in the bucket of the code, on a bucket of moto's."""

import datetime

import boto3
import moto
from deployment import artefacts

BUCKET = "aws-sam-cli-managed-default"

# What is deployed, what was before it, with the templates that are nested in it, and what is of
# last month.
OBJECTS = {
    "albumen/11aa": "code that runs, sent a year ago",
    "albumen/22bb.template": "TemplateURL: https://s3/albumen/33cc.template",
    "albumen/33cc.template": "a cluster",
    "albumen/44dd": "code of the version before",
    "albumen/55ee": "code of nobody",
    "other/66ff": "code of another stack",
}
NOW = "CodeUri: s3://bucket/albumen/11aa\nTemplateURL: https://s3/albumen/22bb.template"
BEFORE = "CodeUri: s3://bucket/albumen/44dd"


def filled():
    """A bucket as SAM makes it, with OBJECTS and a rule of somebody else's."""
    s3 = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "theirs",
        "Status": "Enabled",
        "Filter": {"Prefix": "other/"},
        "Expiration": {"Days": 90},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    for key, text in OBJECTS.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
    return s3


def left(s3):
    return {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}


def code_that_can_be_gone_back_to():
    with moto.mock_aws():
        s3 = filled()
        if artefacts.tidy(s3, BUCKET, "albumen", [NOW, BEFORE]) or left(s3) != set(OBJECTS):
            yield "what is young is deleted"
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=artefacts.DAYS + 1)
        artefacts.tidy(s3, BUCKET, "albumen", [NOW, BEFORE], later)
        if left(s3) != set(OBJECTS) - {"albumen/55ee"}:
            yield f"left is {sorted(left(s3))}"
        rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
        if [rule["ID"] for rule in rules] != ["theirs", "versions-of-albumen"]:
            yield f"the bucket's rules are {rules}"
        elif "Days" in rules[1].get("Expiration", {}) or rules[1]["Filter"] != {
            "Prefix": "albumen/"
        }:
            yield f"the bucket expires what may be needed: {rules[1]}"


TRIALS = [code_that_can_be_gone_back_to]
