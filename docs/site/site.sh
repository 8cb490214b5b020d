#!/usr/bin/env bash
# Writes these pages as a site of plain files, says where, and shows it where there is a display. Run by
# bazel run //docs:site [-- --output_dir=DIR]. The site has the folders of the repository: docs/en/x.md becomes
# docs/en/x.html, README.md index.html, and what a page links to is there, too: a file as a page with numbered lines, a
# folder as a list of its files. Needs pandoc.
set -euo pipefail
export LC_ALL=C  # one order of files everywhere
cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "$0")/../..}"

die() {  # exit status, what is wrong
  echo "site.sh: $2" >&2
  exit "$1"
}

out=out
for argument; do
  case $argument in
    --output_dir=?*) out=${argument#*=} ;;
    *) die 2 "$argument is no argument of this; --output_dir=DIR is the only one" ;;
  esac
done
command -v pandoc >/dev/null || die 1 "needs pandoc: sudo apt-get install pandoc, or ./bazelw run //docs:site"
mkdir -p "$out"
site=$(realpath "$out")/site
[ ! -e "$site" ] || [ -e "$site/search_index.js" ] ||
  die 1 "$site is there, and is no site made by this; move it away, or give another --output_dir"
work=$(mktemp -d "$site.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/site" "$work/index" "$work/links"
export work

to_html() {  # path, kind, result below site; the rest are pandoc's options
  local path=$1 kind=$2 to=$work/site/$3
  shift 3
  mkdir -p "${to%/*}"
  pandoc "$@" -t html5 --mathml --wrap=none --preserve-tabs --fail-if-warnings --template docs/site/page.html \
    --metadata-file docs/site/texts.yaml -M path="$path" -M kind="$kind" -M work="$work" \
    -L docs/site/site.lua -L docs/site/layout.lua -o "$to" || {
    echo "site.sh: pandoc cannot make a page of $path" >&2
    return 1
  }
}

markdown=gfm+tex_math_dollars
page() {  # docs/en/README.md -> docs/en/index.html
  local name=${1%.md}
  case $name in README* | */README) name=${name%README*}index${name##*README} ;; esac
  to_html "$1" page "$name.html" -f $markdown "$1"
}

list() {  # of the files of a folder
  local file name
  {
    printf '# `%s`\n\n' "$1"
    for file in "$1"/*; do
      name=${file##*/}
      if [ -d "$file" ]; then
        printf -- '- `%s/`\n' "$name"
      elif grep -Iq . "$file"; then
        printf -- '- [`%s`](%s)\n' "$name" "$name"
      else
        printf -- '- `%s`\n' "$name"
      fi
    done
  } | to_html "$1/files.md" list "$1/files.html" -f $markdown
}

code() {  # file with numbered lines: #L31; what it includes is linked
  local root header language=default fence=~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ to=$work/site/$1.html
  case $1 in
    *.cc | *.h) language=cpp ;;
    *.py | *.bzl | *BUILD | *.bazel | *WORKSPACE) language=python ;;
    *.sh | bazelw | .ci/run) language=bash ;;
    *.js | *.mjs) language=javascript ;;
    *.css | *.html | *.lua | *.yaml) language=${1##*.} ;;
  esac
  { printf '%s {#L .%s .numberLines}\n' $fence $language && cat "$1" && printf '\n%s\n' $fence; } |
    to_html "$1" code "$1.html" -f markdown || return
  local edits=(-e 's/ id="L-\([0-9]\)/ id="L\1/' -e 's/ href="#L-/ href="#L/')
  root=$(sed 's|[^/]*$||; s|[^/]*/|../|g' <<<"$1")
  for header in $(sed -n 's/^#include "\(.*\)"$/\1/p' "$1"); do
    [ -e "$header" ] || continue
    edits+=(-e "s|\(&quot;$header&quot;\)<|<a href=\"$root$header.html\">\1</a><|")
    echo "$header" >>"$work/links/${1//\//%}"
  done
  sed "${edits[@]}" "$to" >"$to.new"
  mv "$to.new" "$to"
}

convert() {
  case $1 in
    *.md) page "$1" ;;
    *.svg | *.gif | *.png) mkdir -p "$work/site/${1%/*}" && cp "$1" "$work/site/$1" ;;
    *) if [ -d "$1" ]; then list "$1"; else code "$1"; fi ;;
  esac
}
export markdown
export -f to_html page list code convert

# The pages in their order, with their titles.
order=$(grep -o '](\([^)/]*\.md\))' docs/en/README.md | tr -d '()]')
for pages in README.md:docs/en README.ko.md:docs/ko; do
  for path in "${pages%:*}" "${pages#*:}/README.md" $(printf "${pages#*:}/%s\n" $order); do
    printf '%s\t%s\n' "$path" "$(sed -n '/^# /{s///p;q;}' "$path")"
  done
done >"$work/pages"

# These, what they link to, what that links to.
cut -f 1 "$work/pages" | sort >"$work/next"
: >"$work/done"
while [ -s "$work/next" ]; do
  echo "site.sh: $(wc -l <"$work/next") pages and files"
  xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" bash -c 'set -euo pipefail; convert "$1" || exit 255' - <"$work/next" || exit 1
  sort -o "$work/done" "$work/done" "$work/next"
  sort -u "$work/links"/* | comm -23 - "$work/done" >"$work/next"
done

cp docs/site/{style,dark}.css docs/site/{site,search}.js "$work/site"
{ echo "const SEARCH_INDEX = [" && cat "$work/index"/* && echo "];"; } >"$work/site/search_index.js"
rm -rf "$site"
mv "$work/site" "$site"
echo "wrote $site; open $site/index.html in a browser"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then xdg-open "$site/index.html"; fi
