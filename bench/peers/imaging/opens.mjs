// Tells of each file whether sharp decodes all of it, a line for each: the format, or nothing.

import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

for (const file of process.argv.slice(2)) {
  let format = "";
  try {
    ({ format } = await sharp(file, { limitInputPixels: false }).metadata());
    await sharp(file, { limitInputPixels: false }).stats();
  } catch {
    format = "";
  }
  console.log(format);
}
