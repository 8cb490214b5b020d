# 6.2.1: the loss, how different the neurons of a layer are, and the rank of W, while networks learn.
summary = experiment . "_summary.csv"  # init,iteration,mean,std of the smoothed loss over the seeds
table = experiment . "_layers.csv"  # seed,init,iteration,layer,spread,rank

eval picture("", 820, 1050)
set multiplot layout 3, 1 title figure_title . "\n" . caption
set xrange [0:iterations]
set key at graph 0.98, graph 0.75

set xlabel "iteration"
set title "Loss of the mini-batch after its update (smoothed)"
set yrange [0:*]
set style fill transparent solid 0.2 noborder
plot for [method in methods] summary using (only(1, method, $2)):($3 - $4):($3 + $4) \
        with filledcurves linecolor rgb color(method) notitle, \
    for [method in methods] summary using (only(1, method, $2)):3 with lines \
    linecolor rgb color(method) dashtype dash(method) linewidth 1.5 title method_title(method) . note(method)

# The rows of other networks and layers are no gaps in a line.
set datafile missing NaN

# One line a layer; those of one network look the same, and mostly lie on each other.
# The spread: 0, all neurons of the layer are copies of one; 1, they have nothing in common.
set title "Spread of the neurons of a hidden layer (0: all are the same), seed " . first_seed
set yrange [-0.05:1.1]
plot for [method in methods] for [layer = 1:hidden_layers] table \
    using (strcol(2) eq method && $4 == layer && strcol(1) eq first_seed ? $3 : NaN):5 with linespoints linecolor rgb color(method) \
    dashtype dash(method) pointtype marker(method) pointsize 0.6 pointinterval 5 \
    title layer == 1 ? method_title(method) : ""

set title "Numerical rank of the weights W of a hidden layer, seed " . first_seed
set yrange [-3:*]
plot for [method in methods] for [layer = 1:hidden_layers] table \
    using (strcol(2) eq method && $4 == layer && strcol(1) eq first_seed ? $3 : NaN):6 with linespoints linecolor rgb color(method) \
    dashtype dash(method) pointtype marker(method) pointsize 0.6 pointinterval 5 \
    title layer == 1 ? method_title(method) : ""
unset multiplot
