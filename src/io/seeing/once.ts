/** What several rooms need of one look at the machine is worked out once a look. */
import type { View } from "../room.ts";

/** The same function, whose answer is kept as long as the view lives. */
export function oncePerView<Value>(make: (view: View) => Value): (view: View) => Value {
  const known = new WeakMap<View, { readonly value: Value }>();
  return (view) => {
    const before = known.get(view);
    if (before !== undefined) return before.value;
    const value = make(view);
    known.set(view, { value });
    return value;
  };
}
