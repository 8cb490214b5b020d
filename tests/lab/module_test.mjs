// The module in docs/lab's page, called by the page's own scripts, beside the native programs. Run by lab.sh.
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { gunzipSync } from "node:zlib";

const page = readFileSync("bazel-bin/docs/lab/lab.html", "utf8");
const scripts = [...page.matchAll(/<script(?: id="module-script")?>(.*?)<\/script>/gs)].map((match) => match[1]);

// The data and the parts of the page, without the last script, which is all that knows of elements.
const browser = vm.createContext({
  atob, TextDecoder, TextEncoder, URLSearchParams, WebAssembly, navigator: { language: "en" }, matchMedia: () => ({ matches: false }),
});
for (const script of scripts.slice(0, -1)) vm.runInContext(script, browser);
const { DATA, Module, defaultState, flagsOf, raceFlagsOf, toFragment, fromFragment } = vm.runInContext(
  "({ DATA, Module, defaultState, flagsOf, raceFlagsOf, toFragment, fromFragment })", browser);
const module = await Module.load(DATA.module);

const recorded = /^optimizer_compare_naive.csv,(.*)$/m.exec(readFileSync("tests/golden/same_bits_no_fma.csv", "utf8"))[1];

test("The checksum is the recorded one.", () => {
  assert.equal(DATA.checksum, recorded);
  assert.equal(module.walk(defaultState(module)).checksum, recorded);
});

// Rows of the table of a program, whose first `names` cells are no numbers, and what it prints.
function native(program, flags, names) {
  const out = mkdtempSync(join(tmpdir(), "lab-"));
  const printed = execFileSync(`bazel-bin/chapter6/${program}`,
    ["--isa=baseline", "--figure=none", `--output_dir=${out}`, ...flags], { encoding: "utf8", stdio: "pipe" });
  const csv = readFileSync(join(out, `${program}.csv`), "utf8");
  rmSync(out, { recursive: true });
  const lines = csv.trim().split("\n").filter((line) => !line.startsWith("#"));
  const number = (digits) => Number(digits.replace("inf", "Infinity"));
  const rows = lines.slice(1).map((line) => line.split(","));
  return { rows: rows.map((row) => [...row.slice(0, names), ...row.slice(names).map(number)]), printed };
}

function expectTheSame(state) {
  const rows = module.walk(state).paths.flatMap(({ optimizer, x, y }) => x.map((_, i) => [optimizer, i, x[i], y[i]]));
  assert.deepEqual(rows, native("optimizer_compare_naive", flagsOf(module, state), 1).rows);  // also for NaN
}

for (const { name } of module.surfaces) {
  test(`The command that is shown for ${name} walks the same paths.`, () => {
    expectTheSame(defaultState(module, name));
    const other = { optimizers: module.optimizers, decay: 0.07, x: -1.9, y: 1.3, points: 77 };
    expectTheSame({ ...defaultState(module, name), ...other });
  });
}

test("A rate that diverges does so in the same step.", () => {
  const state = defaultState(module, "rosenbrock");
  state.rates.sgd = 0.9;
  expectTheSame(state);
  assert(module.walk(state).paths[0].x.some(Number.isNaN));
});

test("A link restores its state, and says what it does not know.", () => {
  const state = { ...defaultState(module, "beale"), optimizers: ["adam", "adamw"], decay: 0.5, x: 2, y: -1, points: 9 };
  Object.assign(state, { step: 4, lang: "ko", theme: "dark", racers: ["sgd"], iterations: 70 });
  state.rates.adam = 0.25;
  state.raceRates.sgd = 0.1;
  const same = fromFragment(module, toFragment(module, state));
  assert.deepEqual(JSON.parse(JSON.stringify(same)), { state: JSON.parse(JSON.stringify(state)), wrong: [] });
  const { state: rest, wrong } = fromFragment(module, "function=hill&points=9999999&x=&sgd=-1&racers=&what=3&y=1");
  assert.deepEqual([...wrong], ["function=hill", "racers=", "sgd=-1", "x=", "points=9999999", "what"]);
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), JSON.parse(JSON.stringify({ ...defaultState(module), y: 1 })));
});

test("The race is that of the command that is shown: losses, smoothed ones and test accuracy.", () => {
  for (const name of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]) {
    const header = name.includes("labels") ? 8 : 16;
    const text = new RegExp(`id="${name}-ubyte">([^<]*)<`).exec(page)[1];
    module.fill(name.startsWith("t10k"), name.includes("labels"), gunzipSync(Buffer.from(text, "base64")).subarray(header));
  }
  const state = { ...defaultState(module), racers: module.optimizers, iterations: 12 };
  state.raceRates.nesterov = 0.02;
  const { rows, printed } = native("optimizer_compare_mnist", raceFlagsOf(module, state), 2);
  const ours = module.optimizers.flatMap((name) => {
    module.beginRace(name, state.raceRates[name]);
    const losses = Array.from({ length: 12 }, () => module.learn());
    const smoothed = module.smoothedLosses(12);
    assert.match(printed, new RegExp(`^${name} .* ${module.testAccuracy().toFixed(4)} `, "m"));
    return losses.map((loss, i) => ["0", name, i, loss, smoothed[i]]);
  });
  assert.deepEqual(ours, rows);
});

test("One flipped bit of a constant is another checksum.", async () => {
  const bytes = Buffer.from(DATA.module, "base64");
  const constant = Buffer.alloc(8);
  constant.writeDoubleLE(0.95);  // SGD's learning rate
  const at = bytes.indexOf(constant);
  assert(at > 0);
  bytes[at] ^= 1;
  const broken = await Module.load(bytes.toString("base64"));
  assert.notEqual(broken.walk(defaultState(broken)).checksum, recorded);
});
