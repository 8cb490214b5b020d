"""Tests that a sweep that cannot be is refused."""

load("//chapter6:hyperparameter_sweep.bzl", "hyperparameter_sweep")

_allow_failures = analysis_test_transition(
    settings = {"//command_line_option:allow_analysis_failures": "True"},
)

def _sweep_failure_test_impl(ctx):
    sweep = ctx.attr.sweep[0]  # a transition may have several results
    found = "no error"
    if AnalysisFailureInfo in sweep:
        found = sweep[AnalysisFailureInfo].causes.to_list()[0].message
    return [AnalysisTestResultInfo(
        success = ctx.attr.expected in found,
        message = "expected '%s', found '%s'" % (ctx.attr.expected, found),
    )]

_sweep_failure_test = rule(
    implementation = _sweep_failure_test_impl,
    attrs = {
        "sweep": attr.label(cfg = _allow_failures),
        "expected": attr.string(),
    },
    analysis_test = True,
)

def sweep_failure_test(name, expected, trials = 9, shards = 3, **kwargs):
    """Fails unless a sweep with these attributes is an error.

    Args:
      name: the test.
      expected: what the error says.
      trials: of the sweep.
      shards: of the sweep.
      **kwargs: of the sweep.
    """
    hyperparameter_sweep(
        name = name + "_sweep",
        trials = trials,
        shards = shards,
        tags = ["manual"],
        testonly = True,
        **kwargs
    )
    _sweep_failure_test(
        name = name,
        sweep = name + "_sweep",
        expected = expected,
    )
