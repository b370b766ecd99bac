/**
 * The file that is run as `ipc`: a few lines that switch Node's compile cache on, where Node has
 * one, and then load the command. A file cannot be cached that is already being compiled, so the
 * command is a second file.
 *
 * The cache lies in the user's own folder, and only if that is this user's: the default, a folder
 * in /tmp with a known name, could be laid there by somebody else, with code of his for root.
 */
export function launcherFor(command: string): string {
  return `#!/usr/bin/env node
"use strict";
const { enableCompileCache } = require("node:module");
if (enableCompileCache !== undefined) {
  try {
    const home = require("node:os").homedir();
    if (require("node:fs").statSync(home).uid === process.geteuid()) {
      enableCompileCache(home + "/.cache/linux-ipc");
    }
  } catch {
    // Without a home there is no cache, and the command starts a little later.
  }
}
require(${JSON.stringify(command)});
`;
}
