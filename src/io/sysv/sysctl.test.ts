/** The sysctls of an IPC namespace. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { readSysctl, readSysctlNumber, writeSysctl, writeSysctlNumber } from "./sysctl.ts";

test("readSysctl() gives the text, and undefined for what is not there", () => {
  assert.match(readSysctl("kernel/sem") ?? "", /^\d+\s+\d+\s+\d+\s+\d+$/);
  assert.equal(readSysctl("kernel/no-such-thing"), undefined);
  assert.equal(readSysctlNumber("kernel/no-such-thing"), undefined);
});

test("writeSysctlNumber() writes within the range alone", { needs: ["isolated"] }, () => {
  writeSysctlNumber("kernel/shmmni", "segmentsMax", 77);
  assert.equal(readSysctlNumber("kernel/shmmni"), 77);
  writeSysctlNumber("kernel/shmmni", "segmentsMax", undefined);
  const write = (value: number): void => writeSysctlNumber("kernel/shmmni", "segmentsMax", value);
  assert.throws(() => write(-1), { code: "ERR_OUT_OF_RANGE", message: /segmentsMax/ });
  assert.throws(() => write("1" as unknown as number), { code: "ERR_INVALID_ARG_TYPE" });
  assert.equal(readSysctlNumber("kernel/shmmni"), 77);
});

test("writeSysctl() says what was refused", () => {
  const missing = (): void => writeSysctl("kernel/no-such-thing", "1");
  assert.throws(missing, { code: "ENOENT", hint: /kernel.no-such-thing/ });
});
