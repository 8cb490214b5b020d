// The networks of 6.4 in docs/lab's page, beside the native programs. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native, runTask } from "./native.mjs";

const fields = fromPage("overfittingFields")(module);
fillMnist();

for (const [program, chosen] of [
  ["overfit_weight_decay", { epochs: 12 }],
  ["overfit_weight_decay", { epochs: 12, lambda: 0.1, dropout: "inverted", optimizer: "momentum" }],
  ["overfit_dropout", { epochs: 7, ratio: 0.3, interval: 2 }],
  ["overfit_dropout", { epochs: 7, ratio: 0.25, dropout: "inverted", optimizer: "adam", rate: 0.0025 }],
  ["overfit_compare", { epochs: 6, lambda: 0.00005, ratio: 0.1 }],
  ["overfit_compare", { epochs: 6, lambda: 0.01, ratio: 0.1, dropout: "inverted", batch_norm: "with" }],
  ["overfit_compare", { epochs: 6, batch_norm: "with", optimizer: "adamw" }],
]) {
  test(`The command that is shown for ${JSON.stringify(chosen)} has the same accuracies.`, () => {
    const state = fromPage("standardState")(fields, chosen);
    const shown = fromPage("overfittingProgram")(fields, state);
    assert.equal(shown.program, program);
    assert.equal(fromPage("overfittingTable")(shown, runTask("overfitting", state)), native(program, shown.flags).csv);
  });
}
