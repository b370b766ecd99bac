/** Does one abuse, `abuse NAME`; says that it lives, and has looked that nothing is left of it. */
import { abuses } from "../abuse/abuses.ts";
import { leavesNothing } from "../abuse/left.ts";

const [name = ""] = process.argv.slice(2);
const abuse = abuses[name];
if (abuse === undefined) throw new RangeError(`There is no abuse ${name}`);
await leavesNothing(abuse);
console.log("alive");
