#!/bin/sh
# Draws every figure of the pages anew, into docs/figures, and with Korean texts into docs/figures/ko: `docs/figures.sh`,
# or `docs/figures.sh ko` for one language.
set -eu
cd "$(dirname "$0")/.."
language=${1:-en}
[ $# -gt 0 ] || "docs/figures.sh" ko
figures=docs/figures
[ "$language" = en ] || figures=docs/figures/$language
mkdir -p "$figures"

# draw PROGRAM 'FLAGS' SUFFIX...: the pictures <program><suffix>.svg; "" is <program>.svg. SUFFIX:NAME takes the picture
# over as <program><name>.svg. With --figure=gif they are gif.
draw() {
  program=$1 flags="--figure=svg --language=$language $2"
  shift 2
  case $flags in *--figure=gif*) format=gif ;; *) format=svg ;; esac
  out=$(mktemp -d)
  # shellcheck disable=SC2086  # several flags
  bazel run "//chapter6:$program" -- $flags --output_dir="$out"
  for suffix in "$@"; do
    cp "$out/$program${suffix%%:*}.$format" "$figures/$program${suffix##*:}.$format"
  done
  rm -r "$out"
}

draw optimizer_compare_naive '' '' _surface _gradient
draw optimizer_compare_naive '--function=saddle --optimizers=sgd,momentum,nesterov,adagrad,rmsprop,adam' :_saddle
draw optimizer_compare_naive '--function=plateau --optimizers=sgd,momentum,nesterov,adagrad,rmsprop,adam' :_plateau
draw optimizer_compare_naive --figure=gif _together
draw optimizer_compare_mnist --seeds=5 ''
draw loss_surface '' ''
draw weight_init_symmetry '' ''
draw weight_init_activation_histogram '' _sigmoid _tanh _relu _sigmoid_gradient _relu_gradient
draw weight_init_activation_histogram --during_training _training
draw weight_init_activation_histogram '--during_training --figure=gif' _training
draw weight_init_compare --seeds=5 ''
draw batch_norm_gradient_check '' ''
draw batch_norm_compare --seeds=5 '' _one
draw overfit_weight_decay --seeds=5 ''
draw overfit_dropout --seeds=5 '' _adam
draw overfit_compare --seeds=5 ''
draw hyperparameter_optimization '' '' _map
draw hyperparameter_optimization --rounds=3 _rounds
draw search_compare --seeds=10 ''

for drawing in matrix_layout register_tile momentum batch_norm_graph; do
  (cd docs/figures && gnuplot -e "language='$language'" $drawing.gp)
done
