#!/usr/bin/env bash
# Checks the tests: puts one deliberate fault after another (mutations.txt) into a clean clone of what is committed, and
# runs the tests that are named for it. Prints a table in Markdown: the fault, and the first test that failed.
#
#   tests/mutations.sh [--all] [OPTION of bazel test]... [FAULT]...
#
# --all runs all tests for each fault. FAULT, a name: only this one. Exit status 1: the tests are red without a fault, or
# a fault survived, does not build, or no longer applies. Needs: bazel, git.
set -euo pipefail
here=$(realpath "$(dirname "$0")")

die() {
  echo "mutations.sh: $*" >&2
  exit 1
}

# The list. A text and its replacement end with a newline that does not belong to them.
faults=()
declare -A title file tests text replacement
while IFS= read -r line; do
  case $line in
    '' | '#'*) ;;
    '- '*) text[$fault]+=${line:2}$'\n' ;;
    '+ '* | '+') replacement[$fault]+=${line:2}$'\n' ;;
    //*) tests[$fault]=$line ;;
    *': '*)
      fault=${line%%: *}
      [ -z "${title[$fault]:-}" ] || die "$fault is there twice"
      faults+=("$fault")
      title[$fault]=${line#*: }
      ;;
    *) file[$fault]=$line ;;
  esac
done <"$here/mutations.txt"

all=
options=()
chosen=()
for argument; do
  case $argument in
    --all) all=1 ;;
    -*) options+=("$argument") ;;
    *)
      [ -n "${title[$argument]:-}" ] || die "no fault is called $argument"
      chosen+=("$argument")
      ;;
  esac
done
[ ${#chosen[@]} = 0 ] || faults=("${chosen[@]}")

work=$(mktemp -d)
clone=$work/clone
log=$work/log
git clone -q "$(git -C "$here" rev-parse --show-toplevel)" "$clone"

put_in() {  # fault -> status 1 if its text is not there exactly once
  local path=$clone/${file[$1]} old=${text[$1]%$'\n'} new=${replacement[$1]%$'\n'} content before after
  content=$(<"$path")
  before=${content%%"$old"*}
  after=${content#*"$old"}
  [[ $content != "$before" && $after != *"$old"* ]] || return 1
  printf '%s\n' "$before$new$after" >"$path"
}

take_out() { git -C "$clone" checkout -q -- .; }

bazel_in_clone() { (cd "$clone" && bazel --output_user_root="$work/bazel" "$@"); }

# Of a test that has failed, its other cases say nothing new.
run_tests() {  # targets
  bazel_in_clone test --keep_going --noshow_progress --color=no --test_output=errors \
    --test_env=GTEST_FAIL_FAST=1 "${options[@]}" -- "$@" >"$log" 2>&1
}

# -> the first target in Bazel's summary that failed, and its first test case, from the test's log
first_failure() {
  local target test_log
  read -r target test_log < <(awk '
    /^\/\/[^ ]* .*(FAILED|TIMEOUT)/ { target = $1 }
    target && /test\.log$/ { print target, $1; exit }' "$log") || die "no failed test in: $(cat "$log")"
  awk -v target="$target" '
    /^\[ RUN      \]/ { begun = $4 }
    /^\[  FAILED  \]/ { failed = $4; sub(/,$/, "", failed); exit }
    /^\[       OK \]/ { begun = "" }
    END { print "`" target "`", failed ? "`" failed "`" : begun ? "`" begun "`, which did not end" : "" }' "$test_log"
}

finish() {
  bazel_in_clone shutdown || true
  chmod -R u+w "$work" && rm -rf "$work"
}
trap finish EXIT

old=()
for fault in "${faults[@]}"; do
  put_in "$fault" || old+=("$fault")
  take_out
done
[ ${#old[@]} = 0 ] || die "no longer applies (the text is not in its file exactly once): ${old[*]}"

echo "without a fault" >&2
mapfile -t named < <(for fault in "${faults[@]}"; do tr ' ' '\n' <<<"${tests[$fault]}"; done | sort -u)
[ -z "$all" ] || named=(//...)
run_tests "${named[@]}" || die "the tests do not pass without a fault: $(cat "$log")"

caught=0
survived=0
unbuilt=0
echo "| Fault | First test that fails |"
echo "|---|---|"
for fault in "${faults[@]}"; do
  echo "$((caught + survived + unbuilt + 1)) of ${#faults[@]}: $fault" >&2
  put_in "$fault"
  [ -n "$all" ] || read -ra named <<<"${tests[$fault]}"
  status=0
  run_tests "${named[@]}" || status=$?
  case $status in
    0)
      result=SURVIVED
      survived=$((survived + 1))
      ;;
    1)
      result="does not build"
      grep -m 3 'error:' "$log" >&2 || true
      unbuilt=$((unbuilt + 1))
      ;;
    3)
      result=$(first_failure)
      caught=$((caught + 1))
      ;;
    *) die "bazel ended with status $status: $(cat "$log")" ;;
  esac
  echo "| $fault: ${title[$fault]} | $result |"
  take_out
done
echo
echo "${#faults[@]} faults: $caught caught, $survived survived, $unbuilt do not build ($((SECONDS / 60)) minutes)"
[ "$caught" = ${#faults[@]} ]
