// The networks of 6.4 in docs/lab's page, beside the native programs. Run by lab.sh.
import assert from "node:assert";
import { test } from "node:test";
import { fillMnist, fromPage, module, native } from "./native.mjs";

const { exports } = module, decimal = fromPage("decimal");
fillMnist();

const NONE = 0, STANDARD = 1, INVERTED = 2;  // kinds of dropout

// The rows of a table, which begin with `cells`.
function learn(cells, { lambda = 0, dropout = NONE, ratio = 0.2, batchNorm = 0, optimizer = "sgd", rate = 0.01, epochs, interval }) {
  let rows = "";
  exports.BeginOverfitting(lambda, dropout, ratio, batchNorm, module.optimizers.indexOf(optimizer), rate, epochs, interval);
  for (let at; (at = exports.LearnUntilEvaluation()) !== 0;) {
    rows += `${[cells, ...Array.from(module.numbers(at, 3), (x) => decimal(x))]}\n`;
  }
  return rows;
}

test("The accuracies without weight decay, and with it, are those of overfit_weight_decay.", () => {
  const flags = ["--penalties=none,l2=0.1", "--epochs=12", "--evaluation_interval=5"];
  assert.equal("seed,penalty,lambda,epoch,train_accuracy,test_accuracy\n" +
    learn("0,none,0", { epochs: 12, interval: 5 }) + learn("0,l2,0.1", { lambda: 0.1, epochs: 12, interval: 5 }),
    native("overfit_weight_decay", flags).csv);
});

test("The accuracies with dropout are those of overfit_dropout.", () => {
  const flags = ["--dropouts=standard,inverted", "--dropout_ratio=0.3", "--optimizer=adam", "--learning_rate=0.002", "--epochs=4"];
  const settings = { ratio: 0.3, optimizer: "adam", rate: 0.002, epochs: 4, interval: 1 };
  assert.equal("seed,dropout,ratio,epoch,train_accuracy,test_accuracy\n" +
    learn("0,standard,0.3", { dropout: STANDARD, ...settings }) + learn("0,inverted,0.3", { dropout: INVERTED, ...settings }),
    native("overfit_dropout", flags).csv);
});

test("The accuracies with more than one technique are those of overfit_compare.", () => {
  const name = "batch_norm+inverted_dropout+weight_decay";
  const flags = [`--techniques=${name}`, "--dropout_ratio=0.1", "--weight_decay=0.01", "--with_adam=false", "--epochs=6"];
  assert.equal("seed,technique,epoch,train_accuracy,test_accuracy\n" +
    learn(`0,${name}`, { lambda: 0.01, dropout: INVERTED, ratio: 0.1, batchNorm: 1, epochs: 6, interval: 5 }),
    native("overfit_compare", flags).csv);
});
