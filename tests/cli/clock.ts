/** Nothing has leaked before it has lain there for a while; the clock is set for the command. */

/** The environment of a command whose clock is ahead by this. */
export function ahead(ms: number): Readonly<Record<string, string>> {
  const program = `globalThis.Date = class extends Date {
    static now() { return super.now() + ${ms}; }
    constructor(...time) { super(...(time.length > 0 ? time : [new.target.now()])); }
  };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
