/** The lock file is whole: `npm ci` refuses one that lacks an optional dependency. */
import { type Lock, missingFrom } from "../lock/completeness.ts";
import type { Rule } from "./tree.ts";

const file = "package-lock.json";

/** The rule itself. */
export const lockRule: Rule = {
  name: "lock",
  check: (tree) => {
    const text = tree.texts.find(({ path }) => path === file)?.text;
    if (text === undefined) return [];
    const missing = missingFrom(JSON.parse(text) as Lock);
    return missing.map(([name]) => {
      const message = `lacks ${name}: run \`node dist/tools/lock.js\` after npm install`;
      return { file, line: 0, message };
    });
  },
};
