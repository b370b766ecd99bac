/** Prints a snapshot as JSON; a test runs it as another user or in other namespaces. */
import { snapshot, toJson } from "linux-ipc/inspect";

snapshot().then((seen) => console.log(toJson(seen)));
