// Writes a .br and a .gz copy beside every file of a folder that compression makes smaller.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { filesIn } from './files.mjs';

const folder = process.argv[2];
for (const { path } of filesIn(folder)) {
  const raw = readFileSync(path);
  const copies = {
    '.br': brotliCompressSync(raw, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      },
    }),
    '.gz': gzipSync(raw, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [ending, small] of Object.entries(copies)) {
    if (small.length < raw.length) writeFileSync(path + ending, small);
  }
}
