#!/bin/sh
# Draws docs/figures/training_step.svg anew: how a mini-batch goes through a training step (docs/en/training-step.md),
# with Graphviz (apt-get install graphviz). Two layers stand for all.
set -eu
cd "$(dirname "$0")/.."
dot -Gbgcolor=white -Nfontname='DejaVu Sans' -Efontname='DejaVu Sans' -Nfontsize=15 -Efontsize=13 -Ncolor='#555555' \
  -Nshape=box -Nstyle=filled -Nfillcolor='#dcecf7' -Ecolor='#555555' -Earrowsize=0.7 -Tsvg >docs/figures/training_step.svg <<'DOT'
digraph {
  rankdir = TB; nodesep = 0.5; ranksep = 0.32;
  batch [label="BatchSampler\n128 of 60,000 images", fillcolor="#d9f0e6"];
  affine1 [label="Affine 1"]; relu1 [label="Relu 1"]; affine2 [label="Affine 2"]; loss [label="SoftmaxWithLoss"];
  values [label="values\nW1 | b1 | W2 | b2", fillcolor="#fff3d6"];
  gradients [label="gradients\ndW1 | db1 | dW2 | db2", fillcolor="#fff3d6"];
  optimizer [label="Optimizer\none loop over both"];
  batch -> affine1 [label=" x: 128 × 784"];
  affine1 -> relu1 [label=" 128 × 100"]; relu1 -> affine2; affine2 -> loss [label=" 128 × 10"];
  loss -> affine2 [style=dashed, constraint=false]; affine2 -> relu1 [style=dashed, constraint=false];
  relu1 -> affine1 [style=dashed, constraint=false];
  values -> affine1 [constraint=false]; values -> affine2 [constraint=false];
  affine1 -> gradients [style=dashed, constraint=false]; affine2 -> gradients [style=dashed, constraint=false];
  gradients -> optimizer; optimizer -> values [dir=forward, constraint=false];
  { rank = same; values; affine1; gradients }
  { rank = same; optimizer; affine2 }
}
DOT
