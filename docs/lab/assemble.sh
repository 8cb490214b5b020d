#!/usr/bin/env bash
# Puts the page together: assemble.sh OUTPUT TEMPLATE MODULE PART...
# A line {{name}} of the template stands for the part of that file name; {{data}} for what the page's scripts find in
# DATA: the module, the looks of the figures (style.gp) and the checksums recorded for --isa=baseline (lab.csv); {{mnist}} for the
# files of MNIST.
set -euo pipefail
output=$1 template=$2 module=$3
shift 3

part() {  # name -> its path, of the other arguments
  local name=$1 path
  shift
  for path; do
    if [ "${path##*/}" = "$name" ]; then echo "$path" && return; fi
  done
  echo "assemble.sh: no part is called $name" >&2
  return 1
}

style=$(part style.gp "$@")
golden=$(part lab.csv "$@")
data() {
  echo "const DATA = {"
  sed -n 's/^\(colors\|dashes\) = \(".*"\)$/  \1: \2,/p' "$style"
  echo "  recorded: {"
  sed -n 's/^\("[^"]*"\),\([0-9a-f]*\)$/    \1: "\2",/p' "$golden"
  echo "  },"
  echo "  module: \"$(base64 -w 0 "$module")\","
  echo "};"
}

mnist() {
  local path name
  for path; do
    name=${path##*/}
    if [[ $name == *-ubyte.gz ]]; then
      printf '<script type="text/plain" id="%s">%s</script>\n' "${name%.gz}" "$(base64 -w 0 "$path")"
    fi
  done
}

while IFS= read -r line; do
  case $line in
    "{{data}}") data ;;
    "{{mnist}}") mnist "$@" ;;
    "{{"*"}}") name=${line#"{{"} && cat "$(part "${name%"}}"}" "$@")" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <"$template" >"$output"
