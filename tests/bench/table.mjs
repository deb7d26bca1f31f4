// What the benchmarks print.

export function table(title, head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => row.map((text, column) => (column ? text.padStart(widths[column]) : text.padEnd(widths[column]))).join('  ');
  console.log(`\n${title}\n  ${cells.map(line).join('\n  ')}`);
}

export const median = (sorted) => sorted[Math.floor(sorted.length / 2)];
