# The loss while networks learn, one line a method: figures 6-9 and 6-15.
summary = experiment . "_summary.csv"  # method,iteration,mean,std of the smoothed loss over the seeds

eval picture("", 820, 560)
set title figure_title . "\n" . caption
set xlabel say("iteration")
set ylabel say("loss of the mini-batch after its update (smoothed)")
set yrange [0:largest_loss]
set xrange [0:iterations]
set key at graph 0.98, graph 0.88
set style fill transparent solid 0.2 noborder

plot for [method in methods] summary \
        using (only(1, method, $2)):($3 - $4):($3 + $4) with filledcurves linecolor rgb color(method) notitle, \
    for [method in methods] summary \
        using (only(1, method, $2)):3 with linespoints linecolor rgb color(method) dashtype dash(method) \
        pointtype marker(method) pointsize 0.7 pointinterval int(marker_interval) \
        title method_title(method) . note(method)
