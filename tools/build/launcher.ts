/**
 * The file that is run as `ipc`: a few lines that switch Node's compile cache on, where Node has
 * one, and then load the command. A file cannot be cached that is already being compiled, so the
 * command is a second file.
 *
 * The cache lies in the user's own folder, and only if that and all below it are this user's and
 * nobody else may write there: what lies in a cache is run, and the default, a folder in /tmp with a
 * known name, could be laid there by somebody else.
 */
export function launcherFor(command: string): string {
  return `#!/usr/bin/env node
"use strict";
const { enableCompileCache } = require("node:module");
if (enableCompileCache !== undefined) {
  try {
    const { lstatSync, mkdirSync } = require("node:fs");
    const home = require("node:os").homedir();
    const cache = home + "/.cache/linux-ipc";
    const isOurs = (folder) => {
      const { uid, mode } = lstatSync(folder);
      return uid === process.geteuid() && (mode & 0o170022) === 0o040000;
    };
    if (isOurs(home)) {
      mkdirSync(cache, { recursive: true, mode: 0o700 });
      if (isOurs(home + "/.cache") && isOurs(cache)) enableCompileCache(cache);
    }
  } catch {
    // Without a home of one's own there is no cache, and the command starts a little later.
  }
}
require(${JSON.stringify(command)});
`;
}
