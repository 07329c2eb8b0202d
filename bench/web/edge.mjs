// Stands before the local system as the edge does when it is deployed: texts are sent compressed.
import http from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';

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

async function pass(request, response, { origin, pictures }) {
  const { hostname, port } = new URL(origin);
  const options = { hostname, port, method: request.method, path: request.url, headers: request.headers };
  const asked = http.request(options);
  request.pipe(asked);
  const answer = await new Promise((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
  });
  const { statusCode, headers } = answer;
  if (!isCompressed(request, answer)) {
    response.writeHead(statusCode, headers);
    answer.pipe(response);
    return;
  }
  const bytes = await bytesOf(answer);
  const lends = pictures.length > 0 && statusCode === 200 && MONTH.test(request.url);
  const body = brotliCompressSync(lends ? withPictures(bytes, pictures) : bytes, QUALITY);
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...others } = headers;
  response.writeHead(statusCode, { ...others, 'content-encoding': 'br', 'content-length': body.length });
  response.end(body);
}

/** Starts it, with pictures for photos that have none; resolves with its origin, and what ends it. */
export async function startEdge(origin, pictures = []) {
  const server = http.createServer((request, response) => {
    pass(request, response, { origin, pictures }).catch(() => response.destroy());
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  // By this name, at which browsers keep cookies that are for secure connections.
  return { origin: `http://localhost:${server.address().port}`, close };
}
