#!/bin/sh
# Draws docs/figures/dependencies.svg anew: what an experiment is made of, asked of Bazel, drawn with Graphviz (apt-get
# install graphviz). What follows from other arrows is left out, and so are the command line, tables and figures.
set -eu
cd "$(dirname "$0")/.."
bazel query --output=graph --noimplicit_deps --notool_deps --nograph:factored '
    deps(//chapter6:optimizer_compare_mnist_lib) intersect (
      kind("cc_library rule", filter("^//(chapter6|datasets):", deps(//chapter6:optimizer_compare_mnist_lib)))
      except filter("_(flags|baseline|avx2|avx512|curves|steps)$", deps(//chapter6:optimizer_compare_mnist_lib))
      + set(//common:affine //common:activations //common:softmax_with_loss //common:layer //common:matrix
            //common:matrix_product //common:gemm_kernel //common:parameter_arena //common:random))' |
  tred |
  # A target is drawn as its name on the color of its package.
  awk -F'"' '
    BEGIN { color["chapter6"] = "#fff3d6"; color["datasets"] = "#d9f0e6"; color["common"] = "#dcecf7" }
    { for (i = 2; i <= NF; i += 2) targets[$i] }
    /^}/ {
      for (target in targets) {
        split(target, part, "[/:]+")
        printf "\"%s\" [label=\"%s\", fillcolor=\"%s\"];\n", target, part[3], color[part[2]]
      }
    }
    { print }' |
  dot -Gbgcolor=white -Gnodesep=0.15 -Granksep=0.35 -Nfontname='DejaVu Sans' -Nfontsize=15 -Nheight=0.3 -Nwidth=0.3 \
    -Nmargin=0.08,0.04 -Ncolor='#555555' -Nshape=box -Nstyle=filled -Ecolor='#555555' -Earrowsize=0.7 \
    -Tsvg > docs/figures/dependencies.svg
