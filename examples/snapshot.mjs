// Who waits for what on this machine, from a program. Run it with: node examples/snapshot.mjs
import { snapshot } from "linux-ipc/inspect";

const { objects, waits, findings, gaps } = await snapshot();

for (const { address, title, used, limit } of objects) {
  console.log(`${address} (${title}): ${used.bytes} of ${limit.bytes} bytes`);
}
for (const { pid, syscall, object, text } of waits) {
  console.log(`process ${pid} is blocked in ${syscall} on ${object}: it waits for ${text}`);
}
for (const { text } of findings) console.log(text.join("\n"));
console.log(`${gaps.length} classes of things could not be seen`);
