"""A search for hyper-parameters (6.5) as a graph of Bazel actions.

Every shard of the search is an action of its own: sandboxed, run in parallel with the others, here or on the machines of
a cluster (--remote_executor), and cached, here and for others (--remote_cache). Another action merges what they wrote.
docs/en/sweep.md shows it.
"""

_NAME = "hyperparameter_optimization"
_TABLES = ["", "_trials", "_rounds", "_best"]

# Runs the program; what it prints is only of interest where it fails.
_QUIETLY = 'log=$(mktemp) && if "$@" >"$log" 2>&1; then rm "$log"; else status=$?; cat "$log" >&2; exit $status; fi'

# What `bazel run` does with the result.
_DRAW = """#!/bin/sh
set -e
if [ $# -gt 0 ]; then
  echo "expected no arguments, found '$*': a sweep is changed in its BUILD file" >&2
  exit 2
fi
out="${{BUILD_WORKSPACE_DIRECTORY:-$PWD}}/out/{name}"
mkdir -p "$out"
install -m 644 {files} "$out"
cd "$out"
gnuplot {script}
echo "Written: $out"
ls
"""

# Flags that the rule sets itself, or that a search in parts cannot have.
_OWN_FLAGS = [
    "data_dir",
    "figure",
    "isa",
    "merge",
    "method",
    "only_trials",
    "output_dir",
    "rounds",
    "seed",
    "seeds",
    "threads",
    "trials",
]

def _check(trials, shards, seed, method, flags):
    if trials < 1:
        fail("trials: expected a number of at least 1, found %d" % trials)
    if shards < 1 or shards > trials:
        fail("shards: expected a number from 1 to the %d trials, found %d" % (trials, shards))
    if seed < 0:
        fail("seed: expected a number of at least 0, found %d" % seed)
    if method not in ["random", "grid"]:
        fail("method: expected random or grid, whose trials do not depend on each other, found '%s'" % method)
    if method == "grid" and trials not in [side * side for side in range(1, 1000)]:
        fail("trials: expected a square number for the method grid, found %d" % trials)
    for flag in flags:
        name = flag.lstrip("-").split("=")[0]
        if name in _OWN_FLAGS:
            fail("flags: expected none of --%s, which are the rule's own, found '%s'" % (", --".join(_OWN_FLAGS), flag))

def _shards(trials, shards):
    """The trials of each shard, as (first, last). They depend on the ratio of trials and shards alone."""
    begins = [shard * trials // shards for shard in range(shards + 1)]
    return [(begins[shard], begins[shard + 1] - 1) for shard in range(shards)]

def _run(ctx, outputs, inputs, directory, arguments, mnemonic, message):
    data = ctx.files._data
    ctx.actions.run_shell(
        command = _QUIETLY,
        arguments = [
            ctx.executable._program.path,
            "--seed=%d" % ctx.attr.seed,
            "--isa=" + ctx.attr.isa,
            "--method=" + ctx.attr.method,
            "--threads=1",
            "--figure=none",
            "--data_dir=" + data[0].dirname,
            "--output_dir=" + directory,
        ] + ctx.attr.flags + arguments,
        tools = [ctx.executable._program],
        inputs = data + inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = message,
    )

def _hyperparameter_sweep_impl(ctx):
    trials = ctx.attr.trials
    _check(trials, ctx.attr.shards, ctx.attr.seed, ctx.attr.method, ctx.attr.flags)
    parts = []
    for first, last in _shards(trials, ctx.attr.shards):
        part = ctx.actions.declare_file("%s/trials_%d_to_%d/%s.csv" % (ctx.label.name, first, last, _NAME))
        _run(
            ctx,
            outputs = [part],
            inputs = [],
            directory = part.dirname,
            arguments = [
                # What a random trial tries does not depend on how many there are, and neither does this action: when
                # the sweep grows, the shards it had stay as they are. The points of a grid depend on their number.
                "--trials=%d" % (trials if ctx.attr.method == "grid" else last + 1),
                "--only_trials=%d:%d" % (first, last),
            ],
            mnemonic = "SearchTrials",
            message = "Making trials %d to %d of %s" % (first, last, ctx.label),
        )
        parts.append(part)

    outputs = [ctx.actions.declare_file("%s/%s%s.csv" % (ctx.label.name, _NAME, table)) for table in _TABLES]
    outputs.append(ctx.actions.declare_file("%s/%s.gp" % (ctx.label.name, _NAME)))
    _run(
        ctx,
        outputs = outputs,
        inputs = parts,
        directory = outputs[0].dirname,
        arguments = [
            "--trials=%d" % trials,
            "--merge=" + ",".join([part.path for part in parts]),
        ],
        mnemonic = "SearchMerge",
        message = "Merging the %d trials of %s" % (trials, ctx.label),
    )
    draw = ctx.actions.declare_file("%s/draw.sh" % ctx.label.name)
    ctx.actions.write(draw, _DRAW.format(
        files = " ".join([file.short_path for file in outputs]),
        name = ctx.label.name,
        script = outputs[-1].basename,
    ), is_executable = True)
    return [DefaultInfo(executable = draw, files = depset(outputs), runfiles = ctx.runfiles(outputs))]

_hyperparameter_sweep = rule(
    implementation = _hyperparameter_sweep_impl,
    executable = True,
    attrs = {
        "trials": attr.int(mandatory = True),
        "shards": attr.int(mandatory = True),
        "seed": attr.int(),
        "method": attr.string(default = "random"),
        "isa": attr.string(mandatory = True),
        "flags": attr.string_list(),
        # For the machine that `bazel run` builds for: the same program, so the same bits.
        "_program": attr.label(default = "//chapter6:" + _NAME, executable = True, cfg = "target"),
        "_data": attr.label(default = "//datasets/mnist"),
    },
)

def hyperparameter_sweep(name, trials, shards, seed = 0, method = "random", isa = None, flags = [], **kwargs):
    """The search that `bazel run //chapter6:hyperparameter_optimization` makes, shard by shard, with the same bits.

    `bazel build` writes <name>/hyperparameter_optimization.csv and the other tables and the gnuplot script of that
    program; `bazel run` copies them into out/<name>, too, and draws the figures.

    Args:
      name: the target.
      trials: how many there are, numbered from 0.
      shards: how many actions they are parted into. To add trials to a random search without making those it has again,
        raise both by the same factor.
      seed: of the search.
      method: random or grid. In other searches trials depend on each other.
      isa: the instruction set (--isa). By default AVX2 on x86-64, so that machines with and without AVX-512 share their
        results, which are the same to the last bit.
      flags: further flags of the program, for instance ["--epochs=20"].
      **kwargs: for the target.
    """
    _hyperparameter_sweep(
        name = name,
        trials = trials,
        shards = shards,
        seed = seed,
        method = method,
        isa = isa or select({
            "@platforms//cpu:x86_64": "avx2",
            "//conditions:default": "baseline",
        }),
        flags = flags,
        **kwargs
    )
