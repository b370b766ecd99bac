/** /proc/sysvipc/{msg,shm,sem}: the System V objects of the reader's own IPC namespace. */
import { WireError } from "../wire-error.ts";
import { bytesOf, textOf } from "./text.ts";

/** What every row begins with and has of owners, in the kernel's words (struct ipc_perm). */
interface Permissions {
  /** Unsigned, although the tables print it signed. */
  readonly key: number;
  readonly perms: number;
  readonly uid: number;
  readonly gid: number;
  readonly cuid: number;
  readonly cgid: number;
  /** Seconds after 1970. */
  readonly ctime: number;
}

/** One message queue (struct msqid_ds of msgctl(2)). */
export interface SysvMsgRow extends Permissions {
  readonly msqid: number;
  readonly cbytes: number;
  readonly qnum: number;
  readonly lspid: number;
  readonly lrpid: number;
  /** Seconds after 1970; 0: never. */
  readonly stime: number;
  readonly rtime: number;
}

/** One segment of shared memory (struct shmid_ds of shmctl(2)). */
export interface SysvShmRow extends Permissions {
  readonly shmid: number;
  readonly size: bigint;
  readonly cpid: number;
  readonly lpid: number;
  readonly nattch: number;
  /** Seconds after 1970; 0: never. */
  readonly atime: number;
  readonly dtime: number;
  /** Bytes of it in memory and in swap space, which only this table tells. */
  readonly rss: bigint;
  readonly swap: bigint;
}

/** One set of semaphores (struct semid_ds of semctl(2)). */
export interface SysvSemRow extends Permissions {
  readonly semid: number;
  readonly nsems: number;
  /** Seconds after 1970; 0: never. */
  readonly otime: number;
}

/** The row of each table, by the name of its file. */
export interface SysvipcRows {
  readonly msg: SysvMsgRow;
  readonly shm: SysvShmRow;
  readonly sem: SysvSemRow;
}

/** The name of a table's file. */
export type SysvipcKind = keyof SysvipcRows;

/** How a number is written: the key signed, permissions in octal, what can pass 2^53 as bigint. */
type Form = "key" | "octal" | "number" | "bigint";

interface Column {
  readonly name: string;
  /** Of the number, and of the blanks before it. */
  readonly width: number;
  readonly gap: number;
  readonly form: Form;
}

function column(name: string, width: number, form: Form = "number", gap: number = 1): Column {
  return { name, width, form, gap };
}

const key = column("key", 10, "key", 0);
const perms = column("perms", 4, "octal", 2);
const owners = ["uid", "gid", "cuid", "cgid"].map((name) => column(name, 5));
const ctime = column("ctime", 10);

/** The formats of sysvipc_{msg,shm,sem}_proc_show in ipc/{msg,shm,sem}.c, for 64 bits. */
const tables: Readonly<Record<SysvipcKind, readonly Column[]>> = {
  msg: [
    key,
    column("msqid", 10),
    perms,
    column("cbytes", 10, "number", 2),
    column("qnum", 10),
    column("lspid", 5),
    column("lrpid", 5),
    ...owners,
    column("stime", 10),
    column("rtime", 10),
    ctime,
  ],
  shm: [
    key,
    column("shmid", 10),
    perms,
    column("size", 21, "bigint"),
    column("cpid", 5),
    column("lpid", 5),
    column("nattch", 5, "number", 2),
    ...owners,
    column("atime", 10),
    column("dtime", 10),
    ctime,
    column("rss", 21, "bigint"),
    column("swap", 21, "bigint"),
  ],
  sem: [
    key,
    column("semid", 10),
    perms,
    column("nsems", 10),
    ...owners,
    column("otime", 10),
    ctime,
  ],
};

/**
 * The rows, found by the names in the header: columns that a later kernel adds are passed over.
 * @throws WireError ERR_WIRE_MALFORMED where a column is missing or a value is no number.
 */
export function decodeSysvipc<Kind extends SysvipcKind>(
  kind: Kind,
  bytes: Uint8Array,
): readonly SysvipcRows[Kind][] {
  const [first = "", ...lines] = textOf(bytes).split("\n");
  const names = wordsOf(first);
  const places = tables[kind].map(({ name }) => names.indexOf(name));
  if (places.includes(-1)) throw malformed(0, `No header of /proc/sysvipc/${kind}`);
  let offset = first.length + 1;
  const rows: SysvipcRows[Kind][] = [];
  for (const line of lines) {
    if (line !== "") rows.push(rowOf(kind, wordsOf(line), places, offset));
    offset += line.length + 1;
  }
  return rows;
}

/** The table, as the kernel writes it. */
export function encodeSysvipc<Kind extends SysvipcKind>(
  kind: Kind,
  rows: readonly SysvipcRows[Kind][],
): Uint8Array {
  const columns = tables[kind];
  const header = columns.map(({ name, width, gap }) => name.padStart(width + gap)).join("");
  const lines = rows.map((row) => {
    const values = new Map<string, number | bigint>(Object.entries(row));
    return columns.map((one) => cellOf(one, values.get(one.name) ?? 0)).join("");
  });
  return bytesOf([header, ...lines].map((line) => `${line}\n`).join(""));
}

function wordsOf(line: string): readonly string[] {
  return line.split(" ").filter((word) => word !== "");
}

function rowOf<Kind extends SysvipcKind>(
  kind: Kind,
  words: readonly string[],
  places: readonly number[],
  offset: number,
): SysvipcRows[Kind] {
  const cells = tables[kind].map(({ name, form }, index) => {
    const value = numberIn(form, words[places[index] ?? -1] ?? "");
    if (value !== undefined) return [name, value] as const;
    throw malformed(offset, `No row of /proc/sysvipc/${kind}`);
  });
  // The tables above name exactly the fields of their rows, which the golden tests hold.
  return Object.fromEntries(cells) as unknown as SysvipcRows[Kind];
}

function numberIn(form: Form, word: string): number | bigint | undefined {
  if (form === "octal") return /^[0-7]{1,8}$/.test(word) ? Number.parseInt(word, 8) : undefined;
  if (form === "key") return /^-?\d{1,10}$/.test(word) ? Number(word) >>> 0 : undefined;
  if (!/^\d{1,20}$/.test(word)) return undefined;
  return form === "bigint" ? BigInt(word) : Number(word);
}

function cellOf({ width, gap, form }: Column, value: number | bigint): string {
  const signed = form === "key" ? Number(value) | 0 : value;
  return " ".repeat(gap) + signed.toString(form === "octal" ? 8 : 10).padStart(width);
}

function malformed(offset: number, message: string): WireError {
  return new WireError("ERR_WIRE_MALFORMED", offset, message);
}
