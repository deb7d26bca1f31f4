// The engine alone beside vdirsyncer, on the same contacts: ./build.sh bench engine. Prints numbers and judges none.
//
// Every measurement is a process of its own, the two programs take turns, and what they are compared by was
// measured in the same run. VDIRSYNCER is a Python that has it, BENCH is our program.
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, table } from './table.mjs';

const RUNS = Number(process.env.RUNS ?? 5);
const SIZES = (process.env.SIZES ?? '1000 10000 50000').split(' ').map(Number);
const OUTPUT_MAX = 64 * 1024 * 1024;

const here = dirname(fileURLToPath(import.meta.url));
const programs = {
  ours: (...args) => run(process.env.BENCH, 'engine', ...args),
  theirs: (...args) => run(process.env.VDIRSYNCER, join(here, 'vdirsyncer_sync.py'), ...args),
};

// What each program calls the case, and the case that left its state; without, it begins with none.
const CASES = [
  { what: 'first sync', ours: ['first-to-mailbox'], theirs: ['first'] },
  { what: 'first sync, other way', ours: ['first-to-crm'], theirs: ['first'] },
  { what: 'sync after it', ours: ['echo', 'copied'], theirs: ['no-change', 'agreed'] },
  { what: 'no change', ours: ['no-change', 'agreed'], theirs: ['no-change', 'agreed'] },
  { what: '1 % + 1 % changed', ours: ['one-percent', 'agreed'], theirs: ['one-percent', 'agreed'] },
];

// How each program comes to the states that cases begin with.
const STATES = {
  ours: { copied: ['first-to-mailbox'], agreed: ['first-to-mailbox', 'echo'] },
  theirs: { agreed: ['prepare'] },
};

const run = (program, ...args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: OUTPUT_MAX }));

function flush(file) {
  const open = openSync(file, 'r+');
  fsyncSync(open);
  closeSync(open);
}

function writeContacts(size, file) {
  const out = openSync(file, 'w');
  execFileSync(process.env.BENCH, ['contacts', String(size)], { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
}

function prepare(contacts, work) {
  for (const [program, states] of Object.entries(STATES)) {
    for (const [state, cases] of Object.entries(states)) {
      const folder = join(work, program, state);
      mkdirSync(folder, { recursive: true });
      for (const name of cases) programs[program](name, contacts, folder);
    }
  }
}

function measure(program, [name, state], contacts, work) {
  const folder = join(work, program, 'now');
  rmSync(folder, { recursive: true, force: true });
  if (state) cpSync(join(work, program, state), folder, { recursive: true });
  else mkdirSync(folder, { recursive: true });
  // A commit waits until its file is on the disk: not for what this copy has written, if that is there already.
  readdirSync(folder).forEach((file) => flush(join(folder, file)));
  return programs[program](name, contacts, folder);
}

const middle = (runs, member) => median(runs.map((one) => one[member]).sort((a, b) => a - b));
const time = (milliseconds) => (milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0));
const memory = (kilobytes) => (kilobytes / 1024).toFixed(0);

function rows(size, work) {
  const contacts = join(work, 'contacts');
  writeContacts(size, contacts);
  prepare(contacts, work);
  return CASES.map(({ what, ...names }) => {
    const taken = { ours: [], theirs: [] };
    for (let turn = 0; turn < RUNS; turn += 1) {
      for (const program of ['ours', 'theirs']) taken[program].push(measure(program, names[program], contacts, work));
    }
    const [ours, theirs] = ['ours', 'theirs'].map((program) => middle(taken[program], 'milliseconds'));
    const planning = middle(taken.ours, 'planning_milliseconds');
    const peaks = ['ours', 'theirs'].map((program) => middle(taken[program], 'peak_kb'));
    const before = ['ours', 'theirs'].map((program) => middle(taken[program], 'before_kb'));
    return [size, what, time(ours), time(planning), time(theirs), (theirs / ours).toFixed(1), ...peaks.map(memory), ...before.map(memory)];
  });
}

const work = mkdtempSync(join(tmpdir(), 'mxs-bench-'));
try {
  const head = ['contacts', 'case', 'ours, ms', 'planning', 'vdirsyncer, ms', 'times', 'ours, peak MB', 'its peak', 'ours, before', 'its'];
  table(`The engine alone, median of ${RUNS}`, head, SIZES.flatMap((size) => rows(size, work)));
} finally {
  rmSync(work, { recursive: true, force: true });
}
