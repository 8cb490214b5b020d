"""WebAssembly: the C++ toolchain, of Debian's clang-14, and the change to it, under which a target is built once more."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "flag_group", "flag_set", "tool_path")
load("@rules_cc//cc:defs.bzl", "CcToolchainConfigInfo", "cc_common")

# Never relaxed SIMD: it fuses multiplications and additions on some machines, and not on others.
_FLAGS = [
    "--target=wasm32-wasi",
    "-no-canonical-prefixes",
    "-msimd128",
    "-fno-exceptions",
    "-Os",  # loops over elements have -O3 (isa.bzl)
    "-Wall",
    "-Wextra",
]

def _feature(name, actions, flags):
    return feature(
        name = name,
        enabled = True,
        flag_sets = [flag_set(actions = actions, flag_groups = [flag_group(flags = flags)])],
    )

def _wasm_toolchain_config_impl(ctx):
    llvm = "/usr/lib/llvm-14/bin/"
    tools = {tool: llvm + "llvm-" + tool for tool in ["ar", "dwp", "nm", "objcopy", "objdump", "strip"]}
    tools.update(gcc = "/usr/bin/clang++-14", cpp = "/usr/bin/clang++-14", ld = llvm + "wasm-ld", gcov = "/bin/false")
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = "wasi",
        abi_version = "wasm32",
        compiler = "clang",
        cxx_builtin_include_directories = ["/usr/include", "/usr/lib/llvm-14", "/usr/lib/clang"],
        features = [
            _feature("wasm_compile", ["c++-compile"], _FLAGS),
            _feature("wasm_link", ["c++-link-executable"], _FLAGS[:1] + ["-mexec-model=reactor", "-Wl,--strip-all"]),
        ],
        host_system_name = "local",
        target_cpu = "wasm32",
        target_libc = "wasi",
        target_system_name = "wasm32-wasi",
        tool_paths = [tool_path(name = name, path = path) for name, path in tools.items()],
        toolchain_identifier = "wasm",
    )

wasm_toolchain_config = rule(
    implementation = _wasm_toolchain_config_impl,
    provides = [CcToolchainConfigInfo],
)

# Every option that names flags of the machine's own compiler is set anew.
_OPTIONS = {
    "//command_line_option:compilation_mode": "opt",
    "//command_line_option:copt": ["-ffp-contract=off"],
    "//command_line_option:cpu": "wasm32",
    "//command_line_option:crosstool_top": "//docs/lab:wasm_toolchains",
    "//command_line_option:cxxopt": ["-std=c++20"],
    "//command_line_option:linkopt": [],
    "//command_line_option:per_file_copt": [],
    "//command_line_option:platforms": "//docs/lab:wasm",
}

def _wasm_transition_impl(_settings, _attr):
    return _OPTIONS

wasm_transition = transition(
    implementation = _wasm_transition_impl,
    inputs = [],
    outputs = _OPTIONS.keys(),
)

def _wasm_module_impl(ctx):
    module = ctx.actions.declare_file(ctx.label.name + ".wasm")
    ctx.actions.symlink(output = module, target_file = ctx.file.binary)
    return DefaultInfo(files = depset([module]))

wasm_module = rule(
    doc = "name.wasm, of a cc_binary.",
    implementation = _wasm_module_impl,
    attrs = {
        "binary": attr.label(allow_single_file = True, cfg = wasm_transition, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
