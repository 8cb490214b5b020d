// The core in WebAssembly: networks learn in it as in the native programs with --isa=baseline, to the last bit. Run by
// lab.sh.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const refuse = new Proxy({}, { get: (_, name) => () => { throw new Error(`${String(name)} was called`); } });
const { instance } = await WebAssembly.instantiate(readFileSync("bazel-bin/tests/lab/core.wasm"),
  { wasi_snapshot_preview1: refuse });
const { memory, _initialize, NetworkCount, NetworkName, NetworkChecksum } = instance.exports;
_initialize();

function text(address) {
  const bytes = new Uint8Array(memory.buffer, address);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

const golden = readFileSync("tests/golden/same_bits_no_fma.csv", "utf8");
const recorded = Object.fromEntries(golden.trim().split("\n").map((line) => line.split(",")));

for (let i = 0; i < NetworkCount(); ++i) {
  for (const [type, isDouble] of [["float", 0], ["double", 1]]) {
    const name = `${text(NetworkName(i))}_${type}`;
    test(name, () => {
      const checksum = BigInt.asUintN(64, NetworkChecksum(i, isDouble)).toString(16).padStart(16, "0");
      assert.equal(checksum, recorded[name]);
    });
  }
}
