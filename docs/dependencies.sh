#!/bin/sh
# Draws docs/figures/dependencies.svg anew: what an experiment is made of, asked of Bazel, drawn with Graphviz (apt-get
# install graphviz). What follows from other arrows is left out, and so are settings, tables, figures and small helpers.
set -eu
cd "$(dirname "$0")/.."
bazel query --output=graph --noimplicit_deps --notool_deps --nograph:factored '
    let all = kind("cc_(library|binary) rule", deps(//chapter6:optimizer_compare_mnist)) in
    filter("^//(chapter6|datasets|common/layers|common/matrix):", $all) except
        filter("(settings|names|hyperparameter_search|:idx|:mnist|:check|:isa|_baseline|_avx2|_avx512)$", $all)' |
  tred |
  # A target is drawn as its name, in common after its room, on the color of its package.
  awk -F'"' '
    BEGIN { color["chapter6"] = "#fff3d6"; color["datasets"] = "#d9f0e6"; color["common"] = "#dcecf7" }
    { for (i = 2; i <= NF; i += 2) targets[$i] }
    /^}/ {
      for (target in targets) {
        split(target, part, "[/:]+")
        label = part[2] == "common" && part[3] != part[4] ? part[3] "/" part[4] : part[3]
        printf "\"%s\" [label=\"%s\", fillcolor=\"%s\"];\n", target, label, color[part[2]]
      }
    }
    { print }' |
  dot -Gbgcolor=white -Gnodesep=0.15 -Granksep=0.35 -Nfontname='DejaVu Sans' -Nfontsize=15 -Nheight=0.3 -Nwidth=0.3 \
    -Nmargin=0.08,0.04 -Ncolor='#555555' -Nshape=box -Nstyle=filled -Ecolor='#555555' -Earrowsize=0.7 \
    -Tsvg > docs/figures/dependencies.svg
