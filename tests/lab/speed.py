"""How fast the matrix products are in Chromium, beside the native ones with --isa=baseline, in GFLOP/s of one thread:

  ./bazelw build -- //tests/lab:core //common/benchmarks:gemm_benchmark && /usr/bin/python3 tests/lab/speed.py

It is not part of the tests, as they never measure speed.
"""
import base64
import pathlib
import re
import subprocess

import page_test

MULTIPLY = """
const [base64, m, k, n] = arguments;
const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const refuse = new Proxy({}, { get: () => () => {} });
return WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: refuse }).then(({ instance: { exports } }) => {
  exports._initialize();
  const seconds = (times) => {
    const start = performance.now();
    exports.MultiplyTimes(m, k, n, times);
    return (performance.now() - start) / 1000;
  };
  let times = 1;
  while (seconds(times) < 0.1) times *= 2;
  const rates = Array.from({ length: 7 }, () => 2e-9 * m * k * n * times / seconds(times)).sort((a, b) => a - b);
  return rates[3];
});"""

module = base64.b64encode(pathlib.Path("bazel-bin/tests/lab/core.wasm").read_bytes()).decode()
printed = subprocess.run(["bazel-bin/common/benchmarks/gemm_benchmark", "--isa=baseline"], check=True,
                         capture_output=True, text=True).stdout
page_test.PageTest.setUpClass()
try:
    browser = page_test.PageTest.browser
    browser.get("about:blank")
    print("                     native  Chromium  ratio")
    for name, m, n, k, native in re.findall(r"^(A B +(\d+) x +(\d+) x +(\d+)) +\d+ +(\d+)", printed, re.M):
        rate = browser.execute_script(MULTIPLY, module, int(m), int(k), int(n))
        print(f"{name}  {native:>6}  {rate:8.1f}  {rate / float(native):5.2f}")
finally:
    page_test.PageTest.tearDownClass()
