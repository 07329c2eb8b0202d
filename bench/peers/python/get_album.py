"""`GET /v1/albums/{album}` in Python: what `functions/albums/src/get_album.rs` does.

With AWS's own SDK and runtime client, and written as one would to be quick: one client for the
life of the process, both requests at the same time, views passed on as text.
"""

import base64
import hashlib
import json
import os
import re
import sys
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

TABLE = os.environ["HOT_TABLE"]
ORIGIN = os.environ["PUBLIC_ORIGIN"]
KEY_PAIR = os.environ["MEDIA_KEY_PAIR_ID"]
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
HOUR = 3600

dynamodb = boto3.client("dynamodb")
key = load_pem_private_key(os.environ["MEDIA_PRIVATE_KEY"].encode(), None)
beside = ThreadPoolExecutor(1)
cold = True


def handler(event, _context):
    started = time.perf_counter()
    request_id = event.get("requestContext", {}).get("requestId") or str(uuid.uuid4())
    try:
        status, body = answer(event)
    except Exception:
        traceback.print_exc()
        status, body = problem(500, "internal")
    measure(request_id, status, (time.perf_counter() - started) * 1000)
    tag = hashlib.sha256(body.encode()).hexdigest()[:24]
    headers = {
        "content-type": "application/json" if status == 200 else "application/problem+json",
        "cache-control": "private, no-cache",
        "etag": f'"{tag}"',
        "x-request-id": request_id,
    }
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


def answer(event):
    bearer = re.match(r"(?i)Bearer (.+)$", event["headers"].get("authorization", ""))
    limit = (event.get("queryStringParameters") or {}).get("limit", "100")
    if not bearer:
        return problem(401, "not-signed-in")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 500):
        return problem(422, "invalid")
    asked = beside.submit(session, bearer[1])
    found = album(event["pathParameters"]["album"], int(limit))
    caller = asked.result()
    if caller is None or int(caller["expires"]["N"]) <= time.time() * 1_000_000:
        return problem(401, "not-signed-in")
    head = next((item for item in found["Items"] if item["sk"]["S"] == "~HEAD"), None)
    role = head and head["members"]["M"].get(caller["user"]["S"])
    if not role:
        return problem(404, "not-found")
    views = ",".join(item["view"]["S"] for item in found["Items"] if item is not head)
    last = found.get("LastEvaluatedKey")
    cursor = (
        base64.urlsafe_b64encode(json.dumps(last["sk"]["S"]).encode()).decode().rstrip("=")
        if last
        else None
    )
    photos = f'{{"items":[{views}],"next":{json.dumps(cursor)}}}'
    media = json.dumps(opens(head["owner"]["S"]))
    body = f'{{"role":"{role["S"]}","photos":{photos},"media":{media},{head["view"]["S"][1:]}'
    return 200, body


def problem(status, kind):
    return status, json.dumps({"type": f"/problems/{kind}", "status": status})


def session(token):
    key = {"pk": {"S": f"SESSION#{hashlib.sha256(token.encode()).hexdigest()}"}, "sk": {"S": "~"}}
    return dynamodb.get_item(TableName=TABLE, ConsistentRead=True, Key=key).get("Item")


def album(album_id, limit):
    return dynamodb.query(
        TableName=TABLE,
        ConsistentRead=True,
        ScanIndexForward=False,
        KeyConditionExpression="pk = :album",
        ExpressionAttributeValues={":album": {"S": f"ALBUM#{album_id}"}},
        Limit=limit + 1,
    )


def opens(owner):
    """What opens the images: a CloudFront signature over the owner's folder."""
    ends = (int(time.time()) // HOUR + 2) * HOUR
    resource = f"{ORIGIN}/media/{hexadecimal(owner)}/*"
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{ends}}}}}'
    policy = f'{{"Statement":[{{"Resource":"{resource}","Condition":{condition}}}]}}'
    signature = key.sign(policy.encode(), ec.ECDSA(SHA256()))
    query = f"Policy={encode(policy.encode())}&Signature={encode(signature)}"
    return {
        "query": f"{query}&Key-Pair-Id={KEY_PAIR}&Hash-Algorithm=SHA256",
        "expires_at": datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def encode(data):
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


def hexadecimal(identifier):
    """The UUID in a TypeID."""
    value = 0
    for letter in identifier.rsplit("_", 1)[1]:
        value = value * 32 + ALPHABET.index(letter)
    return f"{value:032x}"


def measure(request_id, status, latency):
    """Writes the line that CloudWatch reads as a metric."""
    global cold
    metrics = [("Latency", "Milliseconds"), ("Fault", "Count"), ("ColdStart", "Count")]
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": "Albumen",
                    "Dimensions": [["Route"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics],
                }
            ],
        },
        "Route": "GET /v1/albums/{album}",
        "Latency": latency,
        "Fault": int(status >= 500),
        "ColdStart": int(cold),
        "status": status,
        "request_id": request_id,
    }
    cold = False
    sys.stdout.write(json.dumps(line) + "\n")
