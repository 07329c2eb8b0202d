"""The same as `get_album.py` in the design of `functions/albums/src/get_album.rs`.

The album's page beside its head, both kept in the process, a session asked once a second while it
is asked often, the page's bytes passed on as they are stored. docs/decisions/016-pages.md has it.
"""

import base64
import hashlib
import json
import os
import re
import struct
import sys
import time
import traceback
import uuid
import zlib
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
FREQUENT = 10
KEPT = 64
SMALL = 256
HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])

dynamodb = boto3.client("dynamodb")
key = load_pem_private_key(os.environ["MEDIA_PRIVATE_KEY"].encode(), None)
beside = ThreadPoolExecutor(2)
pages = {}
sessions = {}
signed = {}
cold = True


def handler(event, _context):
    started = time.perf_counter()
    request_id = event.get("requestContext", {}).get("requestId") or str(uuid.uuid4())
    try:
        status, before, page, after = answer(event)
    except Exception:
        traceback.print_exc()
        status, before, page, after = problem(500, "internal")
    measure(request_id, status, (time.perf_counter() - started) * 1000)
    tag = hashlib.sha256((before + after + (page["sum"] if page else "")).encode())
    headers = {
        "content-type": "application/json" if status == 200 else "application/problem+json",
        "cache-control": "private, no-cache",
        "etag": f'"{tag.hexdigest()[:24]}"',
        "x-request-id": request_id,
    }
    reply = {"statusCode": status, "headers": headers, "body": before, "isBase64Encoded": False}
    if page:
        headers["content-encoding"] = "gzip"
        reply["body"] = base64.b64encode(gzip(before.encode(), page, after.encode())).decode()
        reply["isBase64Encoded"] = True
    return reply


def answer(event):
    bearer = re.match(r"(?i)Bearer (.+)$", event["headers"].get("authorization", ""))
    limit = (event.get("queryStringParameters") or {}).get("limit", "100")
    if not bearer:
        return problem(401, "not-signed-in")
    if limit not in ("50", "100"):
        return problem(422, "invalid")
    digest = hashlib.sha256(bearer[1].encode()).hexdigest()
    # Another thread only for what is asked: one that is remembered costs none.
    remembered = known(digest)
    asked = None if remembered else beside.submit(session, digest)
    head, page = album(event["pathParameters"]["album"], limit)
    caller = remembered or asked.result()
    if caller is None or int(caller["expires"]["N"]) <= time.time() * 1_000_000:
        return problem(401, "not-signed-in")
    role = head and head["members"]["M"].get(caller["user"]["S"])
    if not role:
        return problem(404, "not-found")
    # Making a page is not what is measured: one is there.
    if not page:
        return problem(503, "unavailable")
    cursor = page["next"] and base64.urlsafe_b64encode(
        json.dumps(page["next"]).encode()
    ).decode().rstrip("=")
    media = json.dumps(opens(head["owner"]["S"]))
    before = f'{{"role":"{role["S"]}","photos":{{"items":'
    after = f',"next":{json.dumps(cursor)}}},"media":{media},{head["view"]["S"][1:]}'
    return 200, before, page, after


def problem(status, kind):
    return status, json.dumps({"type": f"/problems/{kind}", "status": status}), None, ""


def get(pk, sk, consistent):
    item = {"pk": {"S": pk}, "sk": {"S": sk}}
    return dynamodb.get_item(TableName=TABLE, ConsistentRead=consistent, Key=item).get("Item")


def known(digest):
    """What was read ten times within a second is remembered until it is a second old."""
    reading = sessions.get(digest)
    if reading and reading["reads"] >= FREQUENT and time.time() - reading["began"] < 1:
        return reading["session"]
    return None


def session(digest):
    now = time.time()
    found = get(f"SESSION#{digest}", "~", True)
    before = sessions.get(digest)
    lately = before and now - before["first"] < 1
    if found:
        sessions[digest] = {
            "session": found,
            "began": now,
            "first": before["first"] if lately else now,
            "reads": before["reads"] + 1 if lately else 1,
        }
    return found


def album(album_id, limit):
    """The head, and the page if it is good for the head's count of changes."""
    kept = pages.get((album_id, limit))
    if kept:
        head = get(f"ALBUM#{album_id}", "~HEAD", True)
        if head and head["raised"]["N"] == kept["made_at"]:
            return head, kept
    asked = beside.submit(get, f"PAGE#{album_id}", f"MEMBERS#{limit}", False)
    head = get(f"ALBUM#{album_id}", "~HEAD", True)
    item = asked.result()
    if not (head and item and item["made_at"]["N"] == head["raised"]["N"]):
        return head, None
    length = int(item["length"]["N"])
    page = {
        "fragment": item["page"]["B"],
        "length": length,
        "crc": int(item["crc"]["N"]),
        "sum": item["sum"]["S"],
        "next": item["next"]["S"] if "next" in item else None,
        "made_at": item["made_at"]["N"],
        "matrix": shifted_by(length),
    }
    if len(pages) >= KEPT:
        pages.clear()
    pages[album_id, limit] = page
    return head, page


def gzip(before, page, after):
    """One gzip member: what stands before, the page's fragment of a stream, what stands after."""
    crc = zlib.crc32(after, times(page["matrix"], zlib.crc32(before)) ^ page["crc"])
    length = (len(before) + page["length"] + len(after)) & 0xFFFFFFFF
    trailer = struct.pack("<II", crc, length)
    return b"".join(
        [
            HEADER,
            fragment(before),
            page["fragment"],
            fragment(after),
            stored(b"", 1),
            trailer,
        ]
    )


def fragment(data):
    if len(data) < SMALL:
        return stored(data, 0)
    deflater = zlib.compressobj(1, zlib.DEFLATED, -15)
    return deflater.compress(data) + deflater.flush(zlib.Z_SYNC_FLUSH)


def stored(data, last):
    return struct.pack("<BHH", last, len(data), ~len(data) & 0xFFFF) + data


def times(matrix, vector):
    total = 0
    for column in matrix:
        if vector & 1:
            total ^= column
        vector >>= 1
    return total


def shifted_by(length):
    """The matrix by which a checksum goes on over so many bytes, as zlib's `crc32_combine`."""
    power = [0xEDB88320, *(1 << bit for bit in range(31))]
    matrix = [1 << bit for bit in range(32)]
    bits = length * 8
    while bits:
        if bits & 1:
            matrix = [times(power, column) for column in matrix]
        power = [times(power, column) for column in power]
        bits >>= 1
    return matrix


def opens(owner):
    """What opens the images: a CloudFront signature over the owner's folder, for an hour."""
    ends = (int(time.time()) // HOUR + 2) * HOUR
    if (owner, ends) in signed:
        return signed[owner, ends]
    if len(signed) >= KEPT:
        signed.clear()
    resource = f"{ORIGIN}/media/{hexadecimal(owner)}/*"
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{ends}}}}}'
    policy = f'{{"Statement":[{{"Resource":"{resource}","Condition":{condition}}}]}}'
    signature = key.sign(policy.encode(), ec.ECDSA(SHA256()))
    query = f"Policy={encode(policy.encode())}&Signature={encode(signature)}"
    signed[owner, ends] = {
        "query": f"{query}&Key-Pair-Id={KEY_PAIR}&Hash-Algorithm=SHA256",
        "expires_at": datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return signed[owner, ends]


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
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": "Albumen",
                    "Dimensions": [[]],
                    "Metrics": [{"Name": "Fault", "Unit": "Count"}],
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
