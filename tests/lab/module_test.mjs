// The paths and the race of docs/lab's page, beside the native programs. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native, plain, runTask } from "./native.mjs";

const DATA = fromPage("DATA"), standardState = fromPage("standardState");
const pathFields = fromPage("pathFields")(module), raceFields = fromPage("raceFields")(module);

test("The book's paths have the checksum that is recorded.", () => {
  const { csv } = module.walk(standardState(pathFields));
  assert.equal(module.checksum(csv), DATA.recorded.optimizer_compare_naive);
});

test("A decimal number is as C++ writes it.", () => {
  const numbers = { 0: "0", 1: "1", 0.1: "0.1", 12.5: "12.5", 0.001: "0.001", 0.0001: "1e-04", 0.00012: "0.00012",
    1e5: "1e+05", 123456: "123456", 1e22: "1e+22", 123456789012345680000: "123456789012345683968", 5e-324: "5e-324",
    1.7976931348623157e308: "1.7976931348623157e+308", 0.1234567890123: "0.1234567890123", Infinity: "inf", NaN: "nan" };
  for (const [x, written] of Object.entries(numbers)) {
    assert.equal(fromPage("decimal")(Number(x)), written);
    if (x !== "NaN") assert.equal(fromPage("decimal")(-Number(x)), `-${written}`);
  }
});

function expectTheSame(state) {
  const { csv } = module.walk(state);
  assert.equal(csv, native("optimizer_compare_naive", fromPage("pathFlags")(module, pathFields, state)).csv);
}

for (const { name } of module.surfaces) {
  test(`The command that is shown for ${name} walks the same paths.`, () => {
    expectTheSame(standardState(pathFields, { function: name }));
    const other = { function: name, optimizers: module.optimizers, decay: 0.07, x: -1.9, y: 1.3, points: 77 };
    expectTheSame(standardState(pathFields, other));
  });
}

test("A rate that diverges does so in the same step.", () => {
  const state = standardState(pathFields, { function: "rosenbrock", sgd: 0.9 });
  expectTheSame(state);
  assert(module.walk(state).paths[0].x.some(Number.isNaN));
});

test("What is remembered on the way is v, h, and m.", () => {
  const { paths } = module.walk(standardState(pathFields, { optimizers: module.optimizers, points: 3 }));
  const [g0, x1] = [-7 / 10, paths[1].x[1]];  // f = x²/20 + y² from x = -7
  assert.equal(paths[0].average, undefined);
  for (const [i, kind, first] of [[1, "average", -0.1 * g0], [3, "squares", g0 * g0], [4, "squares", 0.01 * g0 * g0],
    [5, "average", 0.1 * g0], [5, "squares", 0.001 * g0 * g0]]) {
    const { x } = paths[i][kind];
    assert.equal(x[0], 0);
    assert(Math.abs(x[1] - first) < 1e-12, `${paths[i].optimizer} ${kind}: ${x}`);
  }
  const v = paths[1].average.x;
  assert(Math.abs(v[2] - (0.9 * v[1] - 0.1 * x1 / 10)) < 1e-12);
});

test("A link restores its state, and says what it does not know.", () => {
  const toFragment = fromPage("toFragment"), fromFragment = fromPage("fromFragment");
  const read = (text, wrong = []) => plain(fromFragment(pathFields, new URLSearchParams(text), wrong));
  const state = standardState(pathFields,
    { function: "beale", optimizers: ["adam", "adamw"], decay: 0.5, x: 2, y: -1, points: 9, step: 4, adam: 0.25 });
  const fragment = new URLSearchParams();
  toFragment(pathFields, state, fragment);
  assert.deepEqual(read(fragment.toString()), plain(state));
  const wrong = [];
  const rest = read("function=hill&optimizers=&sgd=-1&x=&points=9999999&y=1", wrong);
  assert.deepEqual(wrong, ["function=hill", "optimizers=", "sgd=-1", "x=", "points=9999999"]);
  assert.deepEqual(rest, plain(standardState(pathFields, { y: 1 })));
});

test("The race is that of the command that is shown: losses, smoothed ones and test accuracy.", () => {
  fillMnist();
  const state = standardState(raceFields, { optimizers: module.optimizers, iterations: 12, nesterov: 0.02 });
  const { csv, printed } = native("optimizer_compare_mnist", fromPage("raceFlags")(module, raceFields, state));
  const results = module.optimizers.map((optimizer) =>
    runTask("race", { optimizer, rate: state[optimizer], iterations: 12 }));
  assert.equal(fromPage("raceTable")(module.optimizers, results), csv);
  module.optimizers.forEach((name, i) =>
    assert.match(printed, new RegExp(`^${name} .* ${results[i].accuracy.toFixed(4)} `, "m")));
});

test("One flipped bit of a constant is another checksum.", async () => {
  const bytes = Buffer.from(DATA.module, "base64");
  const constant = Buffer.alloc(8);
  constant.writeDoubleLE(0.95);  // SGD's learning rate
  const at = bytes.indexOf(constant);
  assert(at > 0);
  bytes[at] ^= 1;
  const broken = await fromPage("Module").load(bytes.toString("base64"));
  const { csv } = broken.walk(standardState(fromPage("pathFields")(broken)));
  assert.notEqual(broken.checksum(csv), DATA.recorded.optimizer_compare_naive);
});
