/** /proc/sysvipc/msg: the message queues of the reader's own IPC namespace. */
import { WireError } from "../wire-error.ts";
import { bytesOf, textOf } from "./text.ts";

/** One queue, in the kernel's words (struct msqid_ds of msgctl(2)). */
export interface SysvMsgRow {
  /** Unsigned, although the table prints it signed. */
  readonly key: number;
  readonly msqid: number;
  readonly perms: number;
  readonly cbytes: number;
  readonly qnum: number;
  readonly lspid: number;
  readonly lrpid: number;
  readonly uid: number;
  readonly gid: number;
  readonly cuid: number;
  readonly cgid: number;
  /** Seconds after 1970; 0: never. */
  readonly stime: number;
  readonly rtime: number;
  readonly ctime: number;
}

/** Name and width of each column (ipc/msg.c, msg_init and sysvipc_msg_proc_show). */
const columns: readonly (readonly [name: keyof SysvMsgRow, width: number])[] = [
  ["key", 10],
  ["msqid", 10],
  ["perms", 5],
  ["cbytes", 11],
  ["qnum", 10],
  ["lspid", 5],
  ["lrpid", 5],
  ["uid", 5],
  ["gid", 5],
  ["cuid", 5],
  ["cgid", 5],
  ["stime", 10],
  ["rtime", 10],
  ["ctime", 10],
];

const header =
  "       key      msqid perms      cbytes       qnum lspid lrpid" +
  "   uid   gid  cuid  cgid      stime      rtime      ctime\n";

/**
 * The rows, found by the names in the header: columns that a later kernel adds are passed over.
 * @throws WireError ERR_WIRE_MALFORMED where a column is missing or a value is no number.
 */
export function decodeSysvMsg(bytes: Uint8Array): readonly SysvMsgRow[] {
  const [first = "", ...lines] = textOf(bytes).split("\n");
  const names = wordsOf(first);
  const places = columns.map(([name]) => names.indexOf(name));
  if (places.includes(-1)) throw new WireError("ERR_WIRE_MALFORMED", 0, "No queue table's header");
  let offset = first.length + 1;
  const rows: SysvMsgRow[] = [];
  for (const line of lines) {
    if (line !== "") rows.push(rowOf(line, places, offset));
    offset += line.length + 1;
  }
  return rows;
}

/** The table, as the kernel writes it. */
export function encodeSysvMsg(rows: readonly SysvMsgRow[]): Uint8Array {
  const lines = rows.map((row) => columns.map(([name, width]) => cellOf(row, name, width)));
  return bytesOf(header + lines.map((cells) => `${cells.join(" ")}\n`).join(""));
}

function wordsOf(line: string): readonly string[] {
  return line.split(" ").filter((word) => word !== "");
}

function rowOf(line: string, places: readonly number[], offset: number): SysvMsgRow {
  const words = wordsOf(line);
  const values = columns.map(([name], column) => numberIn(name, words[places[column] ?? -1]));
  const cell = (column: number): number => {
    const value = values[column];
    if (value !== undefined) return value;
    throw new WireError("ERR_WIRE_MALFORMED", offset, "No row of a queue table");
  };
  return {
    key: cell(0),
    msqid: cell(1),
    perms: cell(2),
    cbytes: cell(3),
    qnum: cell(4),
    lspid: cell(5),
    lrpid: cell(6),
    uid: cell(7),
    gid: cell(8),
    cuid: cell(9),
    cgid: cell(10),
    stime: cell(11),
    rtime: cell(12),
    ctime: cell(13),
  };
}

function numberIn(name: keyof SysvMsgRow, word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (name === "perms") return /^[0-7]{1,8}$/.test(word) ? Number.parseInt(word, 8) : undefined;
  if (name === "key") return /^-?\d{1,10}$/.test(word) ? Number(word) >>> 0 : undefined;
  return /^\d{1,20}$/.test(word) ? Number(word) : undefined;
}

function cellOf(row: SysvMsgRow, name: keyof SysvMsgRow, width: number): string {
  if (name === "key") return String(row.key | 0).padStart(width);
  return row[name].toString(name === "perms" ? 8 : 10).padStart(width);
}
