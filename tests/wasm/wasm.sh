#!/usr/bin/env bash
# Shows that the core (tests/core.txt) is plain C++20: compiles all of it for WebAssembly, where there is neither Abseil
# nor a thread, links it with a small training (train_core.cc), and lets Node run that: the losses are those of the
# baseline instruction set on this machine, to the last bit. Changes nothing outside of a temporary directory and Bazel's.
# Its arguments are Bazel's: --config=ci, where that is what Bazel has built before.
# Needs: clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 libc++abi-14-dev-wasm32 libclang-rt-14-dev-wasm32, and to run it
# nodejs. Where they are not installed, it says so and is content.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# There is one thread, and nothing that would end a second one's variables.
compiler=(clang++-14 --target=wasm32-wasi -msimd128 -fno-exceptions -std=c++20 -O2
  -ffp-contract=off -Wall -Wextra -Werror -DDLFS_ISA=baseline -Dthread_local=static -I.)

echo '#include <vector>
std::vector<int> v;' >"$work/try.cc"
if ! command -v clang++-14 >/dev/null || ! "${compiler[@]}" -mexec-model=reactor "$work/try.cc" -o "$work/try.wasm" 2>"$work/log"; then
  echo "wasm.sh: skipped, as clang-14 with WebAssembly is not installed (apt-get install clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 libc++abi-14-dev-wasm32 libclang-rt-14-dev-wasm32)"
  exit 0
fi

sources=(tests/wasm/train_core.cc)
while read -r beginning; do
  for source in "$beginning"*; do
    if [[ $source == *.cc ]]; then sources+=("$source"); fi
  done
done < <(grep -v '^#' tests/core.txt)

objects=()
for source in "${sources[@]}"; do
  object=$work/${source//\//_}.o
  "${compiler[@]}" -c "$source" -o "$object"
  objects+=("$object")
done
"${compiler[@]}" -mexec-model=reactor "${objects[@]}" -Wl,--export=LossAfter -o "$work/core.wasm"
echo "wasm.sh: ${#sources[@]} sources make $(stat -c %s "$work/core.wasm") bytes"

if ! command -v node >/dev/null; then
  echo "wasm.sh: not run, as node is not installed (apt-get install nodejs)"
  exit 0
fi
cat >"$work/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
// What the C library asks of the system; only a failed check would call it.
const refuse = new Proxy({}, { get: (_, name) => () => { throw new Error(name); } });
const module = await WebAssembly.instantiate(readFileSync(process.argv[2]), { wasi_snapshot_preview1: refuse });
module.instance.exports._initialize();
for (let i = 0; i < Number(process.argv[3]); ++i) console.log(module.instance.exports.LossAfter(20, i));
EOF
./bazelw build "$@" -- //tests/wasm:train_core >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
bazel-bin/tests/wasm/train_core >"$work/native.txt"
optimizers=$(wc -l <"$work/native.txt")
node "$work/run.mjs" "$work/core.wasm" "$optimizers" >"$work/wasm.txt"

awk 'NR == FNR { wasm[FNR] = $1 + 0; next } { different += wasm[FNR] != $1 + 0; ++n } END { exit different || n < 6 }' \
  "$work/wasm.txt" "$work/native.txt" || {
  echo "wasm.sh: the losses are others than on this machine:" >&2
  paste "$work/wasm.txt" "$work/native.txt" >&2
  exit 1
}
echo "wasm.sh: $optimizers optimizers learn in WebAssembly, with the losses of this machine's baseline, to the last bit"
