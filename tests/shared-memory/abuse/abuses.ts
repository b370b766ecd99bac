/** Every abuse of memory, by its name. Each may end the process: they run in one of their own. */
import { closing } from "./closing.ts";
import { forbidden } from "./forbidden.ts";
import { limits } from "./limits.ts";
import { truncated } from "./truncated.ts";

export const abuses: Readonly<Record<string, () => unknown>> = {
  ...truncated,
  ...forbidden,
  ...closing,
  ...limits,
};
