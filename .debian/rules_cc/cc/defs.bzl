"""@rules_cc for a Bazel that still has the C++ rules built in: the same names, the native rules."""

load(":builtin.bzl", "builtin_cc_common", "builtin_cc_toolchain_config_info")

CcToolchainConfigInfo = builtin_cc_toolchain_config_info
cc_common = builtin_cc_common

cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
objc_library = native.objc_library
