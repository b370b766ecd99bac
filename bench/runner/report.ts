/** Shows results: a line of JSON each, a table, or the table of docs/performance.md. */
import Table from "cli-table3";
import type { Result } from "./contest.ts";

const titles = ["room", "workload", "bytes", "core", "unit", "ours", "C", "ratio", "peers"];
const numbers = new Set(["bytes", "ours", "C", "ratio"]);

export function jsonLine(result: Result): string {
  return JSON.stringify(result);
}

/** The results as columns for people. */
export function table(results: readonly Result[]): string {
  const drawn = new Table({
    head: titles,
    colAligns: titles.map((title) => (numbers.has(title) ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  drawn.push(...results.map(cells));
  return drawn.toString();
}

/** The same as a table of Markdown. */
export function markdownTable(results: readonly Result[]): string {
  const rule = titles.map((title) => (numbers.has(title) ? "---:" : "---"));
  const rows = [titles, rule, ...results.map(cells)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cells(result: Result): string[] {
  const { room, workload, sizeBytes, placement, unit, ours, twin, ratio } = result;
  const peers = Object.entries(result.peers).map(([name, value]) => `${name} ${value}`);
  const figures = [ours, twin].map((value) => String(Math.round(value)));
  return [
    room,
    workload,
    sizeBytes === 0 ? "" : String(sizeBytes),
    placement,
    unit,
    ...figures,
    ratio.toFixed(2),
    peers.join(", "),
  ];
}
