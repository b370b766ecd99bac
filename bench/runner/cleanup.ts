/**
 * What must be undone even when the process ends in the midst of a trial, for example because
 * nobody reads its output any more. Only SIGKILL leaves it undone.
 */
const pending = new Set<() => void>();

process.once("exit", () => {
  for (const undo of pending) undo();
});

/** Gives the function that undoes it; at the latest it is undone when the process ends. */
export function undoLater(undo: () => void): () => void {
  const once = (): void => {
    if (pending.delete(once)) undo();
  };
  pending.add(once);
  return once;
}
