#!/usr/bin/env bash
# Shows what a sweep (chapter6/hyperparameter_sweep.bzl) executes, and what it takes from a cache that several machines
# share: builds it in one clean clone of what is committed, in a second one with an empty cache of its own, and there
# once more with more trials. The shared cache is nginx as a WebDAV server on loopback. Needs: bazel, git, nginx (apt-get install nginx-light).
set -euo pipefail
repository=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
port=${1:-8980}
work=$(mktemp -d)

for tool in bazel nginx; do
  command -v "$tool" >/dev/null || { echo "remote_cache.sh: $tool is not installed (apt-get install nginx-light; ./bazelw installs bazel)" >&2; exit 1; }
done

mkdir -p "$work/cache" "$work/temp"
cat >"$work/nginx.conf" <<EOF
# All that Bazel asks of an HTTP cache: GET and PUT of files below /ac and /cas.
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
  access_log $work/access.log;
  client_body_temp_path $work/temp;  # a file is complete before it is moved to its place
  client_max_body_size 0;
  server {
    listen 127.0.0.1:$port;
    root $work/cache;
    location / {
      dav_methods PUT;
      create_full_put_path on;
    }
  }
}
EOF
[ "$(id -u)" != 0 ] || sed -i '1i user root;' "$work/nginx.conf"  # the directory is ours alone
nginx -c "$work/nginx.conf" -e "$work/error.log" &
nginx=$!
for _ in {1..50}; do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.1
done
kill -0 "$nginx" 2>/dev/null || { echo "remote_cache.sh: nginx does not run: $(cat "$work/error.log")" >&2; exit 1; }

bazel_in() {  # clone, arguments
  (cd "$work/$1" && bazel --output_user_root="$work/root_$1" "${@:2}")
}
finish() {
  for clone in first second; do
    if [ -d "$work/$clone" ]; then bazel_in "$clone" shutdown || true; fi
  done
  kill "$nginx" 2>/dev/null || true
  wait "$nginx" 2>/dev/null || true
  chmod -R u+w "$work" && rm -rf "$work"
}
trap finish EXIT

build() {  # what, clone
  local log="$work/log.json"
  : >"$log"
  bazel_in "$2" build --remote_cache="http://127.0.0.1:$port" --execution_log_json_file="$log" \
    //chapter6:search_sweep >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
  # One record for each action that was not in the clone's own cache.
  echo "$1:"
  awk '
    /"remoteCacheHit": true/ { hit = 1 }
    /"mnemonic":/ { gsub(/[",]/, ""); mnemonic = $2 }
    /^}/ {
      if (hit) ++taken[mnemonic]; else ++executed[mnemonic]
      hit = 0; mnemonic = ""
    }
    END {
      split("CppCompile CppLink SearchTrials SearchMerge", kinds, " ")
      for (i = 1; i <= 4; ++i)
        printf "  %-12s %4d executed, %4d from the shared cache\n", kinds[i], executed[kinds[i]], taken[kinds[i]]
    }' "$log"
}

for clone in first second; do git clone -q "$repository" "$work/$clone"; done
sweep=bazel-bin/chapter6/search_sweep/hyperparameter_optimization.csv

build "the first clone" first
build "the second clone, with an empty cache of its own" second
cmp "$work/first/$sweep" "$work/second/$sweep" && echo "the same bytes"
build "there once more" second
sed -i '/^hyperparameter_sweep(/,/^)/ { s/trials = 100/trials = 120/; s/shards = 10/shards = 12/ }' "$work/second/chapter6/BUILD"
build "there with 120 trials in 12 shards in place of 100 in 10" second
