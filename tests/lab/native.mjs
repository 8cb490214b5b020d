// What the tests in Node have in common: the scripts of docs/lab's page, its module, and the native programs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { gunzipSync } from "node:zlib";

const page = readFileSync("bazel-bin/docs/lab/lab.html", "utf8");
const scripts = [...page.matchAll(/<script(?: id="scripts")?>(.*?)<\/script>/gs)].map((match) => match[1]);

// The page's scripts, without the last, which is all that touches its elements at once.
const context = vm.createContext({ atob, TextDecoder, TextEncoder, URLSearchParams, WebAssembly });
for (const script of scripts.slice(0, -1)) vm.runInContext(script, context);

/** What the page's scripts call so. @param {string} name */
export const fromPage = (name) => vm.runInContext(name, context);
/** As plain objects of this context, which can be compared. */
export const plain = (value) => JSON.parse(JSON.stringify(value));

export const module = await fromPage("Module").load(fromPage("DATA").module);

/** Gives the module the images of MNIST that are in the page. */
export function fillMnist() {
  for (const name of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]) {
    const header = name.includes("labels") ? 8 : 16;
    const text = new RegExp(`id="${name}-ubyte">([^<]*)<`).exec(page)[1];
    module.fill(name.startsWith("t10k"), name.includes("labels"), gunzipSync(Buffer.from(text, "base64")).subarray(header));
  }
}

/** The last result of a task of the page's, done here. */
export function runTask(task, settings) {
  let result;
  for (result of fromPage("TASKS")[task](module, settings)) continue;
  return plain(result());
}

/**
 * What a program writes and prints.
 * @param {string} program @param {string[]} flags @param {string} suffix of the table's name @returns {{csv: string, printed: string}} csv: without its comments
 */
export function native(program, flags, suffix = "") {
  const out = mkdtempSync(join(tmpdir(), "lab-"));
  const printed = execFileSync(`bazel-bin/chapter6/${program}`,
    ["--isa=baseline", "--figure=none", `--output_dir=${out}`, ...flags], { encoding: "utf8", stdio: "pipe" });
  const lines = readFileSync(join(out, `${program}${suffix}.csv`), "utf8").split("\n");
  rmSync(out, { recursive: true });
  return { csv: lines.filter((line) => !line.startsWith("#")).join("\n"), printed };
}
