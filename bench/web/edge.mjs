// Stands before the local system as the edge does when it is deployed: it speaks HTTP/2, and sends texts compressed.
import http from 'node:http';
import http2 from 'node:http2';
import { brotliCompressSync, constants } from 'node:zlib';
import { load } from './packages.mjs';

const TEXT = /^(?:text\/|application\/(?:javascript|json|manifest\+json|problem\+json)|image\/svg)/;
/** Of the edge's own compression nothing is known but that it is quick. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** Returns true for an answer that the edge compresses. */
function isCompressed(request, { headers }) {
  const takes = (request.headers['accept-encoding'] ?? '').includes('br');
  return takes && TEXT.test(headers['content-type'] ?? '') && !headers['content-encoding'];
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Lends pictures to the photos of a month, which `./dev seed` makes as rows alone. */
function withPictures(bytes, pictures) {
  const page = JSON.parse(bytes);
  page.items = page.items.map((photo, index) => ({ ...photo, ...pictures[index % pictures.length] }));
  return Buffer.from(JSON.stringify(page));
}

const MONTH = /^\/v1\/timeline\/\d/;

/** Headers that HTTP/2 has no use for. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** Headers of a request as HTTP/1.1 has them. */
function headersOf({ headers }) {
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  return { host: headers[':authority'], ...Object.fromEntries(plain) };
}

async function pass(request, response, { origin, pictures }) {
  const { hostname, port } = new URL(origin);
  const options = { hostname, port, method: request.method, path: request.url, headers: headersOf(request) };
  const asked = http.request(options);
  request.pipe(asked);
  const answer = await new Promise((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
  });
  const { statusCode } = answer;
  const kept = Object.entries(answer.headers).filter(([name]) => !OF_CONNECTIONS.has(name));
  const headers = Object.fromEntries(kept);
  if (!isCompressed(request, answer)) {
    response.writeHead(statusCode, headers);
    answer.pipe(response);
    return;
  }
  const bytes = await bytesOf(answer);
  const lends = pictures.length > 0 && statusCode === 200 && MONTH.test(request.url);
  const body = brotliCompressSync(lends ? withPictures(bytes, pictures) : bytes, QUALITY);
  response.writeHead(statusCode, { ...headers, 'content-encoding': 'br', 'content-length': body.length });
  response.end(body);
}

/** A certificate that no browser trusts: those of the bench are told to take it. */
async function certificate() {
  const { generate } = await load('selfsigned');
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  return { key, cert };
}

/** Starts it, with pictures for photos that have none; resolves with its origin, and what ends it. */
export async function startEdge(origin, pictures = []) {
  const server = http2.createSecureServer(await certificate(), (request, response) => {
    pass(request, response, { origin, pictures }).catch(() => response.destroy());
  });
  const sessions = new Set();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  // By this name, at which browsers keep cookies that are for secure connections.
  return { origin: `https://localhost:${server.address().port}`, close };
}
