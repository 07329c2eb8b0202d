// `GET /v1/albums/{album}` in Node.js: what `functions/albums/src/get_album.rs` does, with AWS's
// own SDK and runtime client. Written as one would to be quick: one client for the life of the
// process, both requests at the same time, views passed on as text.

import { createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";

const { HOT_TABLE, MEDIA_KEY_PAIR_ID, MEDIA_PRIVATE_KEY, PUBLIC_ORIGIN } = process.env;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const HOUR = 3600;

const dynamodb = new DynamoDBClient({});
const key = createPrivateKey(MEDIA_PRIVATE_KEY);
let cold = true;

export async function handler(event) {
  const started = performance.now();
  const id = event.requestContext?.requestId || randomUUID();
  const { status, body } = await answer(event).catch((error) => {
    console.error(error);
    return { status: 500, body: JSON.stringify({ type: "/problems/internal", status: 500 }) };
  });
  measure(id, status, performance.now() - started);
  const tag = createHash("sha256").update(body).digest("hex").slice(0, 24);
  const headers = {
    "content-type": status === 200 ? "application/json" : "application/problem+json",
    "cache-control": "private, no-cache",
    etag: `"${tag}"`,
    "x-request-id": id,
  };
  return { statusCode: status, headers, body, isBase64Encoded: false };
}

async function answer(event) {
  const token = /^Bearer (.+)$/i.exec(event.headers.authorization ?? "")?.[1];
  const limit = Number(event.queryStringParameters?.limit ?? 100);
  if (!token) return problem(401, "not-signed-in");
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 500)) return problem(422, "invalid");
  const [session, found] = await Promise.all([find(token), album(event.pathParameters.album, limit)]);
  if (!session || Number(session.expires.N) <= Date.now() * 1000) return problem(401, "not-signed-in");
  const head = found.Items.find((item) => item.sk.S === "~HEAD");
  const role = head?.members.M[session.user.S]?.S;
  if (!role) return problem(404, "not-found");
  const views = found.Items.filter((item) => item !== head).map((item) => item.view.S);
  const last = found.LastEvaluatedKey?.sk.S;
  const next = last ? `"${Buffer.from(JSON.stringify(last)).toString("base64url")}"` : "null";
  const photos = `{"items":[${views.join(",")}],"next":${next}}`;
  const media = JSON.stringify(open(head.owner.S));
  return { status: 200, body: `{"role":"${role}","photos":${photos},"media":${media},${head.view.S.slice(1)}` };
}

function problem(status, type) {
  return { status, body: JSON.stringify({ type: `/problems/${type}`, status }) };
}

async function find(token) {
  const hash = createHash("sha256").update(token).digest("hex");
  const Key = { pk: { S: `SESSION#${hash}` }, sk: { S: "~" } };
  const got = await dynamodb.send(new GetItemCommand({ TableName: HOT_TABLE, ConsistentRead: true, Key }));
  return got.Item;
}

function album(id, limit) {
  const query = new QueryCommand({
    TableName: HOT_TABLE,
    ConsistentRead: true,
    ScanIndexForward: false,
    KeyConditionExpression: "pk = :album",
    ExpressionAttributeValues: { ":album": { S: `ALBUM#${id}` } },
    Limit: limit + 1,
  });
  return dynamodb.send(query);
}

// What opens the images: a CloudFront signature over the owner's folder.
function open(owner) {
  const ends = (Math.floor(Date.now() / 1000 / HOUR) + 2) * HOUR;
  const resource = `${PUBLIC_ORIGIN}/media/${uuid(owner)}/*`;
  const policy = `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${ends}}}}]}`;
  const signature = sign("sha256", Buffer.from(policy), key);
  const query = `Policy=${encode(Buffer.from(policy))}&Signature=${encode(signature)}`;
  return {
    query: `${query}&Key-Pair-Id=${MEDIA_KEY_PAIR_ID}&Hash-Algorithm=SHA256`,
    expires_at: new Date(ends * 1000).toISOString().replace(".000", ""),
  };
}

function encode(bytes) {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");
}

// The UUID in a TypeID, in hexadecimal.
function uuid(id) {
  let value = 0n;
  for (const letter of id.slice(id.lastIndexOf("_") + 1)) value = value * 32n + BigInt(ALPHABET.indexOf(letter));
  return value.toString(16).padStart(32, "0");
}

// The line that CloudWatch reads as a metric.
function measure(id, status, latency) {
  const Metrics = [
    { Name: "Latency", Unit: "Milliseconds" },
    { Name: "Fault", Unit: "Count" },
    { Name: "ColdStart", Unit: "Count" },
  ];
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: "Albumen", Dimensions: [["Route"]], Metrics }],
    },
    Route: "GET /v1/albums/{album}",
    Latency: latency,
    Fault: Number(status >= 500),
    ColdStart: Number(cold),
    status,
    request_id: id,
  };
  cold = false;
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
