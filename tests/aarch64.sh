#!/usr/bin/env bash
# Shows that 64-bit ARM computes the bits of AVX2: builds a clean clone of what is committed with Debian's cross
# compiler, and runs the tests of the kernels and layers, and same_bits_test, under QEMU. Abseil for ARM comes from the
# machine's own Debian mirror, into a temporary directory. Changes nothing outside of that, and needs no root. Takes
# 20 minutes on two cores. Other tests are run where they are given as arguments:
#   tests/aarch64.sh //tests/chapter6:network_test
# Needs: bazel, git, the cross compiler and QEMU (apt-get install g++-aarch64-linux-gnu qemu-user).
set -euo pipefail
repository=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
tests=("$@")
[ $# != 0 ] || tests=(//tests/common/... //tests/chapter6:same_bits_test)

for tool in bazel aarch64-linux-gnu-g++ qemu-aarch64; do
  command -v "$tool" >/dev/null || { echo "aarch64.sh: $tool is not installed (apt-get install g++-aarch64-linux-gnu qemu-user; ./bazelw installs bazel)" >&2; exit 1; }
done

work=$(mktemp -d)
bazel_in_clone() {
  (cd "$work/clone" && bazel --output_user_root="$work/root" "$@")
}
finish() {
  if [ -d "$work/root" ]; then bazel_in_clone shutdown || true; fi
  chmod -R u+w "$work" && rm -rf "$work"
}
trap finish EXIT

# Abseil: with a state of apt's own, in which nothing is installed and every package is for ARM.
mkdir -p "$work"/apt/{lists,archives}/partial
touch "$work/apt/status"
cat >"$work/apt/apt.conf" <<EOF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "$(id -un)";
Dir::State "$work/apt";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt";
EOF
(cd "$work/apt" && export APT_CONFIG="$work/apt/apt.conf" && apt-get -q update && apt-get -q download libabsl-dev)
dpkg-deb -x "$work"/apt/libabsl-dev_*_arm64.deb "$work/sysroot"
# Its headers are taken from /usr/include, where the cross compiler looks, too: they must be of the same version.
diff -rq "$work/sysroot/usr/include/absl" /usr/include/absl || {
  echo "aarch64.sh: this machine's libabsl-dev is not the version of its mirror (apt-get update; apt-get install libabsl-dev)" >&2
  exit 1
}
# Where pkg-config tells .debian/repositories.bzl that the libraries are.
export PKG_CONFIG_LIBDIR="$work/sysroot/usr/lib/aarch64-linux-gnu/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$work/sysroot"

# The cross compiler under the names that Bazel looks for: gcc, ar, ld.gold and the like.
mkdir "$work/bin"
for tool in /usr/bin/aarch64-linux-gnu-*; do ln -s "$tool" "$work/bin/${tool#/usr/bin/aarch64-linux-gnu-}"; done
export PATH="$work/bin:$PATH" CC="$work/bin/gcc"

git clone -q "$repository" "$work/clone"
mkdir "$work/clone/aarch64"
cat >"$work/clone/aarch64/BUILD" <<EOF
constraints = ["@platforms//cpu:aarch64", "@platforms//os:linux"]

platform(
    name = "platform",
    constraint_values = constraints,
)

# What Bazel found above, and takes for this machine's own compiler.
toolchain(
    name = "toolchain",
    target_compatible_with = constraints,
    toolchain = "@local_config_cc//:cc-compiler-k8",
    toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
)
EOF

# Linked statically, so that QEMU needs no libraries for ARM. DLFS_EMULATOR is for the programs that a test starts.
bazel_in_clone test --keep_going --test_timeout=3600 \
  --platforms=//aarch64:platform --extra_toolchains=//aarch64:toolchain --dynamic_mode=off --linkopt=-static --copt=-Wno-psabi \
  --run_under=qemu-aarch64 --test_env=DLFS_EMULATOR=qemu-aarch64 "${tests[@]}"
