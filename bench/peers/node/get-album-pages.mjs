// The same as `get-album.mjs` in the design of `functions/albums/src/get_album.rs`: the album's page
// beside its head, both kept in the process, a session asked once a second while it is asked often,
// the page's bytes passed on as they are stored. docs/decisions/016-pages.md has it.

import { createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const { HOT_TABLE, MEDIA_KEY_PAIR_ID, MEDIA_PRIVATE_KEY, PUBLIC_ORIGIN } = process.env;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const HOUR = 3600;
const SECOND = 1000;
const FREQUENT = 10;
const KEPT = 64;
const SMALL = 256;
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

const dynamodb = new DynamoDBClient({});
const key = createPrivateKey(MEDIA_PRIVATE_KEY);
const pages = new Map();
const sessions = new Map();
const signed = new Map();
let cold = true;

export async function handler(event) {
  const started = performance.now();
  const id = event.requestContext?.requestId || randomUUID();
  const reply = await answer(event).catch((error) => {
    console.error(error);
    return problem(500, "internal");
  });
  measure(id, reply.status, performance.now() - started);
  const sum = createHash("sha256").update(reply.before).update(reply.after).update(reply.page?.sum ?? "");
  const headers = {
    "content-type": reply.status === 200 ? "application/json" : "application/problem+json",
    "cache-control": "private, no-cache",
    etag: `"${sum.digest("hex").slice(0, 24)}"`,
    "x-request-id": id,
  };
  if (!reply.page) return { statusCode: reply.status, headers, body: reply.before, isBase64Encoded: false };
  headers["content-encoding"] = "gzip";
  const body = gzip(Buffer.from(reply.before), reply.page, Buffer.from(reply.after)).toString("base64");
  return { statusCode: reply.status, headers, body, isBase64Encoded: true };
}

async function answer(event) {
  const token = /^Bearer (.+)$/i.exec(event.headers.authorization ?? "")?.[1];
  const limit = Number(event.queryStringParameters?.limit ?? 100);
  if (!token) return problem(401, "not-signed-in");
  if (limit !== 50 && limit !== 100) return problem(422, "invalid");
  const [session, { head, page }] = await Promise.all([find(token), album(event.pathParameters.album, limit)]);
  if (!session || Number(session.expires.N) <= Date.now() * 1000) return problem(401, "not-signed-in");
  const role = head?.members.M[session.user.S]?.S;
  if (!role) return problem(404, "not-found");
  // Making a page is not what is measured: one is there.
  if (!page) return problem(503, "unavailable");
  const next = page.next ? `"${Buffer.from(JSON.stringify(page.next)).toString("base64url")}"` : "null";
  const media = JSON.stringify(open(head.owner.S));
  return {
    status: 200,
    before: `{"role":"${role}","photos":{"items":`,
    page,
    after: `,"next":${next}},"media":${media},${head.view.S.slice(1)}`,
  };
}

function problem(status, type) {
  return { status, before: JSON.stringify({ type: `/problems/${type}`, status }), after: "" };
}

async function get(pk, sk, ConsistentRead) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  return (await dynamodb.send(new GetItemCommand({ TableName: HOT_TABLE, ConsistentRead, Key }))).Item;
}

// What was read ten times within a second is remembered until it is a second old.
async function find(token) {
  const hash = createHash("sha256").update(token).digest("hex");
  const now = Date.now();
  const known = sessions.get(hash);
  if (known && known.reads >= FREQUENT && now - known.began < SECOND) return known.session;
  const session = await get(`SESSION#${hash}`, "~", true);
  const lately = known && now - known.first < SECOND;
  if (session) {
    sessions.set(hash, {
      session,
      began: now,
      first: lately ? known.first : now,
      reads: lately ? known.reads + 1 : 1,
    });
  }
  return session;
}

// The head, and the page if it is good for the head's count of changes.
async function album(id, limit) {
  const name = `${id}#${limit}`;
  const kept = pages.get(name);
  const head = get(`ALBUM#${id}`, "~HEAD", true);
  if (kept && kept.made_at === (await head)?.raised.N) return { head: await head, page: kept };
  const [newest, item] = await Promise.all([head, get(`PAGE#${id}`, `MEMBERS#${limit}`, false)]);
  if (!item || item.made_at.N !== newest?.raised.N) return { head: newest };
  const page = {
    fragment: Buffer.from(item.page.B),
    length: Number(item.length.N),
    sum: item.sum.S,
    next: item.next?.S,
    made_at: item.made_at.N,
    combine: combiner(Number(item.crc.N), Number(item.length.N)),
  };
  if (pages.size >= KEPT) pages.clear();
  pages.set(name, page);
  return { head: newest, page };
}

// One gzip member of what stands before, the page's fragment of a deflate stream, and what stands
// after.
function gzip(before, page, after) {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(after, page.combine(crc32(before))));
  trailer.writeUInt32LE((before.length + page.length + after.length) >>> 0, 4);
  const last = stored(Buffer.alloc(0), 1);
  return Buffer.concat([HEADER, fragment(before), page.fragment, fragment(after), last, trailer]);
}

function fragment(bytes) {
  return bytes.length < SMALL ? stored(bytes, 0) : deflateRawSync(bytes, { level: 1, finishFlush: 2 });
}

function stored(bytes, last) {
  const head = Buffer.from([last, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

// Returns what makes a checksum of something the checksum of it and so many bytes whose own is
// `crc`: a matrix over two elements, as zlib's `crc32_combine` has it.
function combiner(crc, length) {
  const times = (matrix, vector) => {
    let sum = 0;
    for (let bit = 0; bit < 32; bit++) if ((vector >>> bit) & 1) sum ^= matrix[bit];
    return sum >>> 0;
  };
  const product = (a, b) => b.map((column) => times(a, column));
  let power = [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => (1 << bit) >>> 0)];
  let all = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0);
  for (let bits = length * 8; bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) all = product(power, all);
    power = product(power, power);
  }
  return (before) => (times(all, before) ^ crc) >>> 0;
}

// What opens the images: a CloudFront signature over the owner's folder, the same for an hour.
function open(owner) {
  const ends = (Math.floor(Date.now() / 1000 / HOUR) + 2) * HOUR;
  const name = `${owner}#${ends}`;
  if (signed.has(name)) return signed.get(name);
  if (signed.size >= KEPT) signed.clear();
  const resource = `${PUBLIC_ORIGIN}/media/${uuid(owner)}/*`;
  const policy = `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${ends}}}}]}`;
  const signature = sign("sha256", Buffer.from(policy), key);
  const query = `Policy=${encode(Buffer.from(policy))}&Signature=${encode(signature)}`;
  const opened = {
    query: `${query}&Key-Pair-Id=${MEDIA_KEY_PAIR_ID}&Hash-Algorithm=SHA256`,
    expires_at: new Date(ends * 1000).toISOString().replace(".000", ""),
  };
  signed.set(name, opened);
  return opened;
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
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: "Albumen", Dimensions: [[]], Metrics: [{ Name: "Fault", Unit: "Count" }] }],
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
