#!/usr/bin/env bash
# Writes the site (docs/site) into a folder of its own, and looks at its files and, in Chromium without a window, at its
# pages (site_test.py). Its arguments are Bazel's: --config=ci, where that is what Bazel has built before.
# Needs pandoc, chromium chromium-driver python3-selenium. Where one is missing this is skipped, after saying so.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! type pandoc chromium chromedriver >/dev/null 2>&1 || ! /usr/bin/python3 -c "import selenium" 2>/dev/null; then
  echo "site.sh: skipped, as not all of these are installed: pandoc chromium chromium-driver python3-selenium"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
env -u DISPLAY -u WAYLAND_DISPLAY ./bazelw run "$@" -- //docs:site --output_dir="$work" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
SITE=$work/site /usr/bin/python3 -B tests/docs/site_test.py
