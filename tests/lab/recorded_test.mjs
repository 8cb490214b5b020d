// The checksums in tests/golden/lab.csv are those of what the native programs write. Run by lab.sh; with --record it
// writes them anew, for the commands that are there.
import assert from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { module, native } from "./native.mjs";

const file = "tests/golden/lab.csv";
const [head, ...rows] = readFileSync(file, "utf8").trim().split("\n");
const record = process.argv.includes("--record");
const recorded = [];
for (const row of rows) {
  const [, command, checksum] = /^"(.*)",(.*)$/.exec(row);
  test(`bazel run //chapter6:${command}`, () => {
    const [program, ...flags] = command.split(" ");
    const now = module.checksum(native(program, flags).csv);
    recorded.push(`"${command}",${now}`);
    if (!record) assert.equal(checksum, now);
  });
}
if (record) test("record", () => writeFileSync(file, `${[head, ...recorded].join("\n")}\n`));
