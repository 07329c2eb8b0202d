import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, decode } from '../../web/src/photos/thumbhash.ts';

// Hashes and pixels by the reference encoder and decoder of https://github.com/evanw/thumbhash.
const PICTURES = [
  { shape: 'landscape', hash: '2TgKNZpwd4eCeHiIiHiHd4CCB9h4', width: 32, height: 23, first: [21, 19, 92, 255], middle: [124, 89, 75, 255], last: [235, 163, 62, 255] },
  { shape: 'portrait', hash: 'HJcNWwJ4j4iIhYiJiIB4CIc=', width: 14, height: 32, first: [116, 179, 255, 255], middle: [69, 122, 134, 255], last: [85, 127, 8, 255] },
  { shape: 'transparent', hash: '44yCBQA2WGiHiId4CAiIh3z3B2iHeICKZw==', width: 32, height: 32, first: [228, 159, 36, 0], middle: [228, 159, 36, 255], last: [228, 159, 36, 0] },
];

for (const { shape, hash, width, height, first, middle, last } of PICTURES) {
  test(`a ${shape} picture decodes as by the reference`, () => {
    const picture = decode(bytesOf(hash));
    assert.equal(picture.width, width);
    assert.equal(picture.height, height);
    near(picture, 0, 0, first);
    near(picture, width >> 1, height >> 1, middle);
    near(picture, width - 1, height - 1, last);
  });
}

function near({ rgba, width }, x, y, expected) {
  const pixel = [...rgba.slice((y * width + x) * 4, (y * width + x) * 4 + 4)];
  for (const [channel, value] of pixel.entries()) {
    assert.ok(Math.abs(value - expected[channel]) <= 1, `${x},${y}: ${pixel} is not ${expected}`);
  }
}

test('what is no hash decodes to nothing', () => {
  assert.equal(bytesOf('not base64!'), null);
  for (const bytes of [null, new Uint8Array(), new Uint8Array(4), new Uint8Array(5)]) assert.equal(decode(bytes), null);
});

test('any bytes decode or are refused, and never throw', () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const bytes = Uint8Array.from({ length: seed % 26 }, (_, at) => (seed * 2654435761 + at * 40503) >>> 7);
    const picture = decode(bytes);
    if (picture) assert.equal(picture.rgba.length, picture.width * picture.height * 4);
  }
});
