// The layers of 6.2 in docs/lab's page, beside the native program. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fromPage, module, native } from "./native.mjs";

const fields = fromPage("signalFields")(module);
const table = fromPage("signalTable"), initName = fromPage("initName"), decimal = fromPage("decimal");

function expectTheSame(chosen) {
  const state = fromPage("standardState")(fields, chosen);
  const { activations, gradients, summary } = fromPage("computeSignals")(module, fields, state);
  const csv = (suffix) => native("weight_init_activation_histogram", fromPage("signalFlags")(state), suffix).csv;
  assert.equal(table(activations, state), csv(""));
  assert.equal(table(gradients, state), csv("_gradient"));
  const rows = summary.map((numbers, l) =>
    `${state.activation},${initName(state)},${l + 1},${numbers.map(decimal).join()}\n`);
  assert.equal(`activation,init,layer,mean,std,saturated,dead,gradient_std\n${rows.join("")}`, csv("_summary"));
}

test("Figure 6-10: the histograms and their summary are those of the command that is shown.", () => expectTheSame({}));

test("So are those of other activation functions, initial weights and depths.", () => {
  expectTheSame({ init: "xavier" });
  expectTheSame({ activation: "tanh", init: "glorot", layers: 1 });
  expectTheSame({ activation: "relu", init: "he", layers: 10 });
  expectTheSame({ activation: "relu", std: 0.0123, layers: 3 });
});
