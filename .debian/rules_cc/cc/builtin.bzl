"""Bazel's own C++ modules, under other names, as a file cannot give a name of its own the value of Bazel's same one."""

builtin_cc_common = cc_common
builtin_cc_toolchain_config_info = CcToolchainConfigInfo
