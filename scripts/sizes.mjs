// Prints what the built tab weighs, the first visit and what comes later apart; with a budget in bytes for each, fails
// when the brotli size of one is over.
//   node sizes.mjs FOLDER [FIRST_VISIT ON_SIGNING_IN]
import { LATER, filesIn } from './files.mjs';

const [folder, ...budgets] = process.argv.slice(2);
const files = filesIn(folder);
const groups = [
  ['first visit', files.filter((file) => !LATER.includes(file.name))],
  ['on signing in', files.filter((file) => LATER.includes(file.name))],
];
const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);
const width = Math.max(...files.map((file) => file.name.length), ...groups.map(([name]) => name.length));
const line = (name, ...cells) => console.log([`  ${name.padEnd(width)}`, ...cells.map((cell) => String(cell).padStart(9))].join(' '));
const totals = groups.map(([name, rows]) => ({ name, raw: sum(rows, 'raw'), gzip: sum(rows, 'gzip'), brotli: sum(rows, 'brotli') }));

line('bytes', 'raw', 'gzip', 'brotli');
for (const [, rows] of groups) rows.forEach((row) => line(row.name, row.raw, row.gzip, row.brotli));
totals.forEach((total) => line(total.name, total.raw, total.gzip, total.brotli));
budgets.forEach((budget, place) => {
  const { name, brotli } = totals[place];
  const left = Number(budget) - brotli;
  console.log(`  budget ${name} ${budget}: ${left < 0 ? `over by ${-left}` : `${left} left`}`);
  if (left < 0) process.exitCode = 1;
});
