"""Code and templates in the bucket that SAM sends to: what of them stays.

A key there is the digest of what it holds, and one that has not changed is not sent again. So how
old an object is says nothing of whether it is needed: a rule that expires objects by age takes the
code that runs away, and CloudFormation asks for it when a deployment is taken back. What is neither
deployed nor was deployed before, and is older than DAYS, is deleted by each deployment; a rule of
the bucket ends its versions, which are left behind, as many days later.
"""

import datetime

from botocore.exceptions import ClientError

DAYS = 30


def kept(keys, texts, read):
    """Keys that templates name, and that those templates name which they name; `read` gives the
    text of one by its key.
    """
    found, waiting = set(), list(texts)
    while waiting:
        text = waiting.pop()
        fresh = {key for key in keys if key.rsplit("/", 1)[-1] in text} - found
        found |= fresh
        waiting += [read(key) for key in fresh if key.endswith(".template")]
    return found


def tidy(s3, bucket, prefix, texts, now=None):
    """Deletes what none of these templates names and is old; how many objects."""
    oldest = (now or datetime.datetime.now(datetime.UTC)) - datetime.timedelta(days=DAYS)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
    objects = {
        each["Key"]: each["LastModified"] for page in pages for each in page.get("Contents", [])
    }

    def read(key):
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()

    needed = kept(objects, texts, read)
    gone = [key for key, changed in objects.items() if changed < oldest and key not in needed]
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    end_versions(s3, bucket, prefix)
    return len(gone)


def end_versions(s3, bucket, prefix):
    """Has the bucket end versions of what was deleted. Rules of others stay as they are."""
    ours = {
        "ID": f"versions-of-{prefix}",
        "Status": "Enabled",
        "Filter": {"Prefix": f"{prefix}/"},
        "NoncurrentVersionExpiration": {"NoncurrentDays": DAYS},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    }
    try:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    if any(rule.get("ID") == ours["ID"] for rule in rules):
        return
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [*rules, ours]}
    )
