/** What the output may look like: how wide it is, and whether it may have colours. */
import picocolors from "picocolors";

export interface Terminal {
  /** Infinity when nothing limits the width: a pipe or a file. */
  readonly columns: number;
  readonly colours: boolean;
}

/** What of a stream and the environment decides it. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal that does not tell its width. */
const COLUMNS_DEFAULT = 80;
/** Narrower than this, nothing can be laid out. */
const COLUMNS_MIN = 10;

/** What `stream` is. A COLUMNS in the environment also limits what goes into a pipe. */
export function terminalOf(stream: TerminalStream, environment: Environment): Terminal {
  const isTerminal = stream.isTTY === true;
  const known = stream.columns || columnsIn(environment);
  const columns = known ?? (isTerminal ? COLUMNS_DEFAULT : Number.POSITIVE_INFINITY);
  return {
    columns: Math.max(columns, COLUMNS_MIN),
    colours: isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb",
  };
}

function columnsIn(environment: Environment): number | undefined {
  const text = environment.COLUMNS ?? "";
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

export type Paint = ReturnType<typeof picocolors.createColors>;

let own: Terminal | undefined;

/** Standard output's own terminal. */
export function terminal(): Terminal {
  own ??= terminalOf(process.stdout, process.env);
  return own;
}

/** Colours for standard output; without colours each gives its text back unchanged. */
export function paint(): Paint {
  return picocolors.createColors(terminal().colours);
}

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Writes one line to standard error, with the command's name before it. */
export function complain(sentence: string): void {
  process.stderr.write(`ipc: ${sentence}\n`);
}
