// The search of 6.5 in docs/lab's page, beside the native program. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native } from "./native.mjs";

const { exports } = module, decimal = fromPage("decimal");
fillMnist();

// The program's table, and what it prints of the best trial and its setting.
function search({ method, trials, rounds, rate, decay, epochs }) {
  exports.BeginSearch(["random", "grid", "bayesian"].indexOf(method), trials, ...rate, ...decay, epochs);
  let csv = "trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy\n";
  for (let number = 0; number < rounds * trials; ++number) {
    if (number > 0 && number % trials === 0) exports.Narrow();
    const [eta, lambda, ...accuracies] = Array.from(module.numbers(exports.Try(), 2 + 2 * epochs), (x) => decimal(x));
    for (let epoch = 0; epoch < epochs; ++epoch) {
      csv += `${number},${eta},${lambda},${epoch},${accuracies[epoch]},${accuracies[epochs + epoch]}\n`;
    }
  }
  const [best] = module.numbers(exports.Ranking(), rounds * trials);
  return { csv, best: new RegExp(`^ +1 +${best} [^]*^ +0 .* ${exports.RetrainedAccuracy().toFixed(4)}$`, "m") };
}

for (const settings of [
  { method: "random", trials: 9, rounds: 1, rate: [1e-6, 1e-2], decay: [1e-8, 1e-4], epochs: 5 },
  { method: "random", trials: 4, rounds: 2, rate: [1e-3, 0.3], decay: [1e-5, 0.1], epochs: 4 },
  { method: "grid", trials: 4, rounds: 1, rate: [1e-3, 10], decay: [1e-8, 1e-4], epochs: 6, diverges: true },
  { method: "bayesian", trials: 8, rounds: 1, rate: [1e-4, 0.1], decay: [1e-8, 1e-4], epochs: 3 },
]) {
  test(`The trials of ${JSON.stringify(settings)} are those of the program, and so are the best and its test accuracy.`, () => {
    const { method, trials, rounds, rate, decay, epochs, diverges } = settings;
    const { csv, printed } = native("hyperparameter_optimization", [`--method=${method}`, `--trials=${trials}`,
      `--rounds=${rounds}`, `--epochs=${epochs}`, `--learning_rate_range=${rate.join(":")}`, `--weight_decay_range=${decay.join(":")}`]);
    const found = search(settings);
    assert.equal(found.csv, csv);
    assert.match(printed, found.best);
    assert.equal(csv.includes("nan"), diverges === true);
  });
}
