/** Kinds whose objects are named by who has them open: "epoll:120/5", or by a number of their own. */
import { outOfRange } from "../../sys/errors.ts";
import type { Kind } from "../room.ts";

/** How such a kind is called. */
export interface DescribedKindOptions {
  readonly name: string;
  readonly title: string;
  /** What its own number is called in help, "ID"; absent where the kernel gives it none. */
  readonly number?: string;
}

/** A kind that can be seen; its objects are made and removed by programs alone. */
export function describedKind({ name, title, number }: DescribedKindOptions): Kind {
  const held = `${name}:PID/FD`;
  const forms = number === undefined ? [held] : [`${name}:${number}`, held];
  const parse = (rest: string): string => {
    const isNumber = number !== undefined && /^\d{1,20}$/.test(rest);
    if (isNumber || /^\d{1,10}\/\d{1,10}$/.test(rest)) return `${name}:${printed(rest)}`;
    throw outOfRange("address", forms.join(" or "), `${name}:${rest}`);
  };
  return { name, title, forms, parse };
}

/** Without zeros in front. */
function printed(rest: string): string {
  return rest.split("/").map(BigInt).join("/");
}
