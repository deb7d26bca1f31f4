// Prints what the first load of the built tab weighs; with a budget in bytes, fails when its brotli size is over,
// and says how far it is from the goal.
//   node sizes.mjs FOLDER [BUDGET [GOAL]]
import { filesIn } from './files.mjs';

const [folder, budget, goal] = process.argv.slice(2);
// All of it: the texts are in the WebAssembly, and the page for signing in is small.
const firstLoad = filesIn(folder);

const sum = (key) => firstLoad.reduce((total, file) => total + file[key], 0);
const total = { name: 'first load', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
const width = Math.max(...[...firstLoad, total].map((row) => row.name.length));
const line = (name, ...cells) => console.log([`  ${name.padEnd(width)}`, ...cells.map((cell) => String(cell).padStart(9))].join(' '));
const rows = (row) => line(row.name, row.raw, row.gzip, row.brotli);

line('bytes', 'raw', 'gzip', 'brotli');
firstLoad.forEach(rows);
rows(total);
if (budget) {
  const left = Number(budget) - total.brotli;
  console.log(left < 0 ? `  over the budget of ${budget} by ${-left} bytes` : `  budget ${budget}: ${left} bytes left`);
  if (left < 0) process.exitCode = 1;
}
if (goal && total.brotli > goal) console.log(`  goal ${goal}: ${total.brotli - goal} bytes to go`);
