// Starts the built sandbox on free ports before the tests and stops it after them.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const START_LIMIT_MS = 20_000;

const tab = fileURLToPath(new URL('../../dist/tab', import.meta.url));

export default async function start() {
  if (!process.env.SANDBOX) throw new Error('SANDBOX is not set to the path of the built sandbox; ./build.sh test does that');
  // Away from the default port and from a developer's own data.
  const data = await mkdtemp(join(tmpdir(), 'mxs-e2e-'));
  const sandbox = spawn(process.env.SANDBOX, ['--port', '0', '--tab', tab, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  const stop = async () => {
    if (sandbox.exitCode === null && sandbox.signalCode === null) {
      const gone = new Promise((resolve) => sandbox.once('exit', resolve));
      sandbox.kill('SIGTERM');
      const hard = setTimeout(() => sandbox.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(hard);
    }
    await rm(data, { recursive: true, force: true });
  };

  const ready = new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the sandbox ${why}\n${said.join('\n')}`));
    const limit = setTimeout(() => fail(`was not ready after ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    for (const stream of [sandbox.stdout, sandbox.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const url = /^ready: (\S+)$/.exec(line)?.[1];
        if (url) {
          clearTimeout(limit);
          resolve(url);
        }
      });
    }
    sandbox.once('error', (error) => fail(`could not be started: ${error.message}`));
    sandbox.once('exit', (code, signal) => fail(`ended before it was ready (${signal ?? code})`));
  });

  try {
    process.env.SANDBOX_URL = await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
