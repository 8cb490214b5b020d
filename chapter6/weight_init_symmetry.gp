# 6.2.1: the loss, how different the neurons of a layer are, and the rank of W, while networks learn.
summary = experiment . "_summary.csv"  # init,iteration,mean,std of the smoothed loss over the seeds
table = experiment . "_layers.csv"  # seed,init,iteration,layer,spread,rank

eval picture("", 760, 640)
set multiplot title figure_title . "\n" . caption
set xrange [0:iterations]

# The loss, above.
set lmargin at screen 0.1
set rmargin at screen 0.97
set tmargin at screen 0.88
set bmargin at screen 0.46
set key at graph 0.98, graph 0.8
set xlabel say("iteration")
set ylabel say("loss of the mini-batch (smoothed)")
set yrange [0:*]
set style fill transparent solid 0.2 noborder
plot for [method in methods] summary using (only(1, method, $2)):($3 - $4):($3 + $4) \
        with filledcurves linecolor rgb color(method) notitle, \
    for [method in methods] summary using (only(1, method, $2)):3 with lines \
    linecolor rgb color(method) dashtype dash(method) linewidth 1.5 title method_title(method) . note(method)

# Below it the neurons, which hardly change: one line a layer; those of one network mostly lie on each other.
# The spread: 0, all neurons of the layer are copies of one; 1, they have nothing in common.
# The rows of other networks and layers are no gaps in a line.
set datafile missing NaN
set key off
unset ylabel
set tmargin at screen 0.3
set bmargin at screen 0.1
set xtics iterations / 2.0
of_line(method, layer, value) = strcol(2) eq method && $4 == layer && strcol(1) eq first_seed ? value : NaN
do for [column = 5:6] {
    set lmargin at screen column == 5 ? 0.1 : 0.58
    set rmargin at screen column == 5 ? 0.49 : 0.97
    set title say(column == 5 ? "spread of the neurons (0: all the same)" : "rank of the weights W")
    if (column == 5) { set yrange [-0.1:1.1]; set ytics 0.5 } else { set yrange [-5:*]; set ytics auto }
    plot for [method in methods] for [layer = 1:hidden_layers] table using (of_line(method, layer, $3)):column with linespoints \
        linecolor rgb color(method) dashtype dash(method) pointtype marker(method) pointsize 0.6 pointinterval 10 notitle
}
unset multiplot
