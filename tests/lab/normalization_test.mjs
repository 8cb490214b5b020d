// The networks of 6.3 in docs/lab's page, beside the native program. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native } from "./native.mjs";

fillMnist();

/** As runTask, which leaves no NaN. */
function learn(settings) {
  let result;
  for (result of fromPage("TASKS").normalization(module, settings)) continue;
  return result();
}

function expectTheSame(std) {
  const accuracies = [0, 1].map((batchNorm) => learn({ stds: [std], batchNorm }));
  const flags = fromPage("normalizationFlags")({ stds: "one", std });
  assert.equal(fromPage("normalizationTable")([std], accuracies), native("batch_norm_compare", flags).csv);
  return accuracies;
}

test("The networks without and with batch norm are those of the command that is shown.", () => {
  expectTheSame(fromPage("normalizationFields")()[0].standard);
});

test("So are those that diverge.", () => {
  const [without, with_] = expectTheSame(1);
  assert(Number.isNaN(without[1].at(-1)));
  assert(with_[1].at(-1) > 0.2);
});

test("The standard deviations of figure 6-19 are those of the command without flags.", () => {
  const stds = fromPage("stdsOf")(module, { stds: "book" });
  const rows = native("batch_norm_compare", ["--epochs=1"]).csv.trim().split("\n").slice(1).map((row) => row.split(","));
  assert.deepEqual(Array.from(stds, fromPage("decimal")), rows.filter((row) => row[2] === "0").map((row) => row[1]));
});
