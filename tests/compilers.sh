#!/usr/bin/env bash
# Shows that everything compiles elsewhere: all sources (kernels once for each instruction set), with the compilers and
# standard libraries that Debian 12 has, in C++20 and C++23, where a warning is an error; and that the tests of the
# kernels pass there. Prints a table. Exit status 1: something does not compile, or a test fails. Takes nine minutes
# on two cores. Changes nothing outside of a temporary directory. Arguments are the compilers to use, in place of all:
#   tests/compilers.sh "clang++-19 -stdlib=libc++"
# Needs: googletest libabsl-dev libbenchmark-dev. Of g++-11 g++-12 clang-14 clang-19 libc++-19-dev libc++abi-19-dev it
# takes what is installed, and names what is not.
set -euo pipefail
cd "$(dirname "$0")/.."

compilers=("g++-11" "g++-12" "clang++-14" "clang++-19" "clang++-19 -stdlib=libc++")
[ $# = 0 ] || compilers=("$@")
googletest=/usr/src/googletest

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/include/common/experiment" "$work/objects"
echo '""' >"$work/include/common/experiment/figure.gp.inc"  # which Bazel makes

# Each prints a line for a source: its path, and flags of its own.
flags_of() { sed -n "/^ *$1.* \[\$/,/\]/s/^ *\"\(-.*\)\",\$/\1/p" common/matrix/isa.bzl; }
vectorized=$(flags_of VECTORIZED_COPTS | tr '\n' ' ')
isas=(baseline)
if [ "$(uname -m)" = x86_64 ]; then isas+=(avx2 avx512); fi
with_flags() {
  local source isa
  while read -r source; do
    if grep -q '^namespace DLFS_ISA' "$source"; then
      for isa in "${isas[@]}"; do
        echo "$source -DDLFS_ISA=$isa -DDLFS_ISA_${isa^^} -ffp-contract=fast" $(flags_of "\"$isa\"")
      done
    else
      echo "$source -ffp-contract=off"
    fi
  done
}
everything() { find common datasets chapter6 tests -name '*.cc' | sort | with_flags; }
# The tests of the matrix that need no Abseil, which is there for one library alone; and what they link.
kernels() {
  ls common/matrix/*.cc | with_flags | sed "s/\$/ $vectorized/"
  grep -LE '"(absl|common/experiment|tests/golden)/' tests/common/*_test.cc
  echo "$googletest/googletest/src/gtest-all.cc -I$googletest/googletest"
  echo "$googletest/googlemock/src/gmock-all.cc -I$googletest/googlemock"
  echo "$googletest/googlemock/src/gmock_main.cc"
}

# What takes long to read comes precompiled. Not Abseil with libc++, which includes least: there a source has to include
# all that it uses.
libraries() {
  local headers=(gmock/gmock.h)
  if [[ $compile != *libc++* ]]; then
    headers+=(absl/flags/flag.h absl/status/statusor.h absl/strings/str_{cat,format,join,split}.h benchmark/benchmark.h)
  fi
  printf '#include <%s>\n' "${headers[@]}" >"$work/libraries.h"
  $compile $([[ $compile != clang* ]] || echo -fpch-instantiate-templates) \
    -x c++-header "$work/libraries.h" -o "$work/libraries.h.gch"
}
# Prints the source if it does not compile.
check() {
  local precompiled=() users='absl|benchmark|gmock|gtest'
  if [[ $compile == *libc++* ]]; then users='gmock|gtest'; fi
  if grep -qE "^#include \"($users)/" "${1%% *}"; then
    precompiled=(-include "$work/libraries.h")
    if [[ $compile == clang* ]]; then precompiled=(-include-pch "$work/libraries.h.gch"); fi
  fi
  $compile -Wall -Wextra -Werror -fsyntax-only "${precompiled[@]}" $1 >&2 || echo "$1"
}
build() { $compile -w -O1 $1 -c -o "$work/objects/$(cksum <<<"$1" | tr ' ' _).o"; }
export -f check build
export compile work
in_parallel() { xargs -P "$(nproc)" -d '\n' -I {} bash -c "$1 \"\$0\"" {}; }

installed() {
  echo '#include <vector>
int main() { return static_cast<int>(std::vector<int>().size()); }' >"$work/try.cc"
  $1 "$work/try.cc" -o "$work/try" 2>/dev/null
}
library() {
  echo '#include <version>' | $1 -std=c++20 -x c++ -E -dM - |
    awk '$2 == "_LIBCPP_VERSION" { print "libc++", int($3 / 10000) } $2 == "_GLIBCXX_RELEASE" { print "libstdc++", $3 }'
}

status=0
echo "| Compiler | Library | Standard | Sources that compile | Tests of the kernels |"
echo "|---|---|---|---|---|"
for compiler in "${compilers[@]}"; do
  if ! installed "$compiler"; then
    echo "compilers.sh: left out, as it is not installed, or its library is not: $compiler" >&2
    continue
  fi
  for standard in c++20 c++2b; do
    if [ "$compiler $standard" = "g++-11 c++2b" ]; then continue; fi
    compile="$compiler -std=$standard -I. -I$work/include -isystem $googletest/googletest/include"
    compile+=" -isystem $googletest/googlemock/include"
    libraries
    count=$(everything | wc -l)
    failed=$(everything | in_parallel check | wc -l)

    tests=-
    if [ $standard = c++20 ]; then
      rm -f "$work"/objects/*
      kernels | in_parallel build || true  # then it does not link
      if { $compile -pthread "$work"/objects/*.o -o "$work/test" && "$work/test"; } >"$work/log" 2>&1; then
        tests=$(sed -n 's/^\[  PASSED  \] \([0-9]*\).*/\1 pass/p' "$work/log")
      else
        tests=FAIL
        cat "$work/log" >&2
      fi
    fi
    if [ "$failed" != 0 ] || [ "$tests" = FAIL ]; then status=1; fi
    standard=${standard/2b/23}
    echo "| ${compiler%% *} | $(library "$compiler") | ${standard^^} | $((count - failed)) of $count | $tests |"
  done
done
exit $status
