/** System V semaphores as the command handles them: what can be done, with which options. */
import type { AddressRequest, Kind, MakeRequest, Option, Options } from "../../io/room.ts";
import { keyIn, makeOptions, newObject, numberIn } from "../../io/sysv/verb-options.ts";
import { outOfRange } from "../../sys/errors.ts";
import { openSysvAddress, parseSemaphoreAddress, semaphoreIn } from "./sysv-address.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

const optionsToMake: readonly Option[] = [
  ...makeOptions,
  {
    name: "count",
    type: "integer",
    value: "N",
    description: "how many semaphores (default: as many as --initial has, or 1)",
  },
  {
    name: "initial",
    type: "string",
    value: "VALUES",
    description: "the values they begin with: 1,0,5 (default 0)",
  },
];

/** The kind "sem". */
export const sysvSemaphoreKind: Kind = {
  name: "sem",
  title: "System V semaphore set",
  forms: ["sem:ID[/N]", "sem:0xKEY[/N]"],
  parse: parseSemaphoreAddress,
  partIn: semaphoreIn,
  make: { options: optionsToMake, run: make },
  remove: { options: [], run: remove },
};

async function make({ options }: MakeRequest): Promise<string> {
  const initial = initialOf(options);
  using set = SysvSemaphoreSet.open(keyIn(options), {
    ...newObject(options),
    count: numberIn(options, "count") ?? initial?.length ?? 1,
    ...(initial && { initial }),
  });
  return `sem:${set.id}`;
}

async function remove({ address }: AddressRequest): Promise<void> {
  using set = openSysvAddress(address);
  set.remove();
}

function initialOf(options: Options): number[] | undefined {
  const text = options["initial"];
  if (typeof text !== "string") return undefined;
  if (/^\d{1,5}(,\d{1,5})*$/.test(text)) return text.split(",").map(Number);
  throw outOfRange("initial", "numbers with commas between them, such as 1,0,5", text);
}
