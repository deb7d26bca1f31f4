// Prints what the built tab weighs, the first visit and what comes later apart; with a budget in bytes, fails when
// the brotli size of the first visit is over.
//   node sizes.mjs FOLDER [BUDGET]
import { LATER, filesIn } from './files.mjs';

const [folder, budget] = process.argv.slice(2);
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
if (budget) {
  const left = Number(budget) - totals[0].brotli;
  console.log(left < 0 ? `  over the budget of ${budget} by ${-left} bytes` : `  budget of the first visit ${budget}: ${left} bytes left`);
  if (left < 0) process.exitCode = 1;
}
