// The files of a built folder, each with the sizes that a browser would download.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

// What a first visit does not download: it is fetched when somebody signs in. tests/e2e/first-visit.spec.mjs
// watches that this is so.
export const LATER = ['auth.html', 'auth.js', 'mxs_worker.js', 'mxs_worker_bg.wasm', 'worker.js'];

export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const raw = statSync(path).size;
      const sizeOf = (ending) => (existsSync(path + ending) ? statSync(path + ending).size : raw);
      return { path, name: relative(folder, path).split(sep).join('/'), raw, gzip: sizeOf('.gz'), brotli: sizeOf('.br') };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
