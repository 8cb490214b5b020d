// The search of 6.5 in docs/lab's page, beside the native program. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native } from "./native.mjs";

const fields = fromPage("searchFields")();
fillMnist();

const stateOf = (chosen) => fromPage("standardState")(fields, chosen);

function search(state, known = []) {
  let shown;
  for (shown of fromPage("TASKS").search(module, { state, known })) continue;
  return shown();
}

for (const [chosen, diverges] of [
  [{ trials: "9", epochs: 5 }, false],
  [{ trials: "4", epochs: 4, rounds: 2, rate_low: 1e-3, rate_high: 0.3, decay_high: 0.1 }, false],
  [{ trials: "4", epochs: 6, method: "grid", rate_low: 1e-3, rate_high: 10 }, true],
  [{ trials: "9", epochs: 3, method: "bayesian", rate_low: 1e-4, rate_high: 0.1 }, false],
]) {
  test(`The command that is shown for ${JSON.stringify(chosen)} has the same trials, the same best, and its accuracy.`, () => {
    const state = stateOf(chosen), { trials, ranking, testAccuracy } = search(state);
    const { csv, printed } = native("hyperparameter_optimization", fromPage("searchFlags")(fields, state));
    assert.equal(fromPage("searchTable")(trials), csv);
    assert.match(printed, new RegExp(`^ +1 +${ranking[0]} [^]*^ +0 .* ${testAccuracy.toFixed(4)}$`, "m"));
    assert.equal(csv.includes("nan"), diverges);
  });
}

test("A search goes on after the trials that are known.", () => {
  const state = stateOf({ trials: "9", epochs: 2, method: "bayesian", rate_low: 1e-3, rate_high: 0.1 }), all = search(state);
  assert.deepEqual(search(state, all.trials.slice(0, 7)), all);
  const better = { ...all.trials[2], validation: [0.5, 1] };
  assert.equal(search(state, [...all.trials.slice(0, 2), better]).ranking[0], 2);
});

test("What a Bayesian search expects is higher around its best trial than around its worst.", () => {
  const state = stateOf({ trials: "9", epochs: 8, method: "bayesian", rate_low: 1e-3, rate_high: 0.1 });
  const { trials, ranking, expected } = search(state), side = fromPage("EXPECTED_SIDE");
  const at = ({ rate, decay }) => {
    const column = Math.floor((Math.log10(rate) + 3) / 2 * side), row = Math.floor((Math.log10(decay) + 8) / 4 * side);
    return expected[row * side + column];
  };
  const best = trials[ranking[0]], worst = trials[ranking[8]];
  assert(at(best) > at(worst) + 0.5 * (best.validation.at(-1) - worst.validation.at(-1)));
});
