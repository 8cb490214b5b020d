/** Long work, in a worker, which has all of the page's scripts but for the last. */

/**
 * What workers do, by name: (module, settings) => iterator. It yields functions, each of which returns what there is
 * to show until now, and is called at most ten times a second.
 * @type {Object<string, (module: Module, settings: any) => Iterator<() => any>>}
 */
const TASKS = {};

/** Runs a task in a worker. */
function runTask() {
  onmessage = async ({ data: { base64, mnist, task, settings } }) => {
    const module = await Module.load(base64);
    for (const { ofTest, ofLabels, bytes } of mnist) module.fill(ofTest, ofLabels, bytes);
    let told = performance.now(), result;
    for (result of TASKS[task](module, settings)) {
      if (performance.now() - told < 100) continue;
      postMessage({ result: result(), last: false });
      told = performance.now();
    }
    postMessage({ result: result(), last: true });
  };
}

/** The four files of MNIST, behind their headers, which are in the page as text. */
async function unzipMnist() {
  const files = [["train-images-idx3-ubyte", 16], ["train-labels-idx1-ubyte", 8],
    ["t10k-images-idx3-ubyte", 16], ["t10k-labels-idx1-ubyte", 8]];
  return Promise.all(files.map(async ([name, header]) => {
    const zipped = await fetch(`data:;base64,${document.getElementById(name).textContent.trim()}`);
    const file = await new Response(zipped.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    return { ofTest: name.startsWith("t10k"), ofLabels: header === 8, bytes: new Uint8Array(file, header) };
  }));
}
let mnist;  // a promise of them, once they have been asked for

/** The first training images, which are quickly copied to a worker. @param {number} count */
const firstImages = (files, count) => files.filter(({ ofTest }) => !ofTest).map(({ ofLabels, bytes }) =>
  ({ ofTest: false, ofLabels, bytes: bytes.slice(0, count * (ofLabels ? 1 : 784)) }));

class Work {
  /**
   * @param {string} task of TASKS @param {any} settings for it
   * @param {(result: any, last: boolean) => void} hear called until the last result is there
   * @param {(why: string) => void} fail @param {number} images how many of the training images it needs, if not all of MNIST
   */
  constructor(task, settings, hear, fail, images) {
    const source = `"use strict";${document.getElementById("scripts").textContent}(${runTask})();`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.worker.onmessage = ({ data: { result, last } }) => {
      if (last) this.stop();
      hear(result, last);
    };
    this.worker.onerror = (event) => (this.stop(), fail(event.message));
    mnist ??= unzipMnist();
    mnist.then((files) => this.worker.postMessage(
      { base64: DATA.module, mnist: images ? firstImages(files, images) : files, task, settings }),
      (error) => (this.stop(), fail(error.message)));
  }

  stop() {
    this.worker.terminate();
  }
}
