/** What is opened in our own IPC namespace and as if it were another one; as JSON. */
import { closeSync, openSync } from "node:fs";
import { CLONE_NEWIPC, mqueueAbroad, openAbroad } from "../../../src/sys/abroad.ts";
import { close } from "../../../src/sys/fd.ts";

const path = "/proc/sysvipc/msg";
const door = openSync("/proc/self/ns/ipc", "r");
const entered = openAbroad({ fd: door, type: CLONE_NEWIPC }, path);
const here = openAbroad({ fd: -1, type: CLONE_NEWIPC }, path);
const queues = mqueueAbroad({ fd: -1, type: CLONE_NEWIPC });
for (const fd of [entered, here, queues]) if (fd >= 0) close(fd);
closeSync(door);
console.log(JSON.stringify({ entered, here: here >= 0, queues }));
