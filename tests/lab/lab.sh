#!/usr/bin/env bash
# Builds the core and docs/lab for WebAssembly, and shows that they compute what the programs compute, to the last bit
# (*_test.mjs, in Node), and that the page does what it promises (*_test.py, in Chromium without a window). Its arguments
# are Bazel's: --config=ci, where that is what Bazel has built before. `lab.sh --record` writes tests/golden/lab.csv anew
# instead, for the commands in it; the page has to be built again after that.
# Needs: clang-14 lld-14 llvm-14 wasi-libc libc++-14-dev-wasm32 libc++abi-14-dev-wasm32 libclang-rt-14-dev-wasm32, nodejs,
# and chromium chromium-driver python3-selenium. What needs a missing one is skipped, after saying so.
set -euo pipefail
cd "$(dirname "$0")/../.."

record=
if [ "${1:-}" = --record ]; then record=yes && shift; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {  # what, why
  echo "lab.sh: $1 skipped, as not all of these are installed: $2"
}

echo '#include <vector>
std::vector<int> v;' >"$work/try.cc"
try=(clang++-14 --target=wasm32-wasi -mexec-model=reactor -fno-exceptions "$work/try.cc" -o "$work/try.wasm")
if [ ! -x /usr/lib/llvm-14/bin/llvm-ar ] || ! "${try[@]}" 2>/dev/null; then
  skip "the page" "clang-14 lld-14 llvm-14 wasi-libc libc++-14-dev-wasm32 libc++abi-14-dev-wasm32 libclang-rt-14-dev-wasm32"
  exit 0
fi
./bazelw build "$@" -- //docs/lab //tests/lab:core //tests/lab:rule_steps //chapter6:all >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
if [ -n "$record" ]; then
  node tests/lab/recorded_test.mjs --record
  exit
fi
page=bazel-bin/docs/lab/lab.html
echo "lab.sh: the page has $(stat -L -c %s $page) bytes"

if command -v node >/dev/null; then
  node --test tests/lab/*_test.mjs >"$work/log" || { cat "$work/log" >&2; exit 1; }
  echo "lab.sh: the module computes what the programs compute, to the last bit"
else
  skip "*_test.mjs" nodejs
fi

if type chromium chromedriver >/dev/null 2>&1 && /usr/bin/python3 -c "import selenium" 2>/dev/null; then
  /usr/bin/python3 -B -m unittest discover -s tests/lab -p "*_test.py"
else
  skip "*_test.py" "chromium chromium-driver python3-selenium"
fi
