# 6.1.8, figure 6-9: the loss on MNIST while the optimizers learn.
summary = experiment . "_summary.csv"  # optimizer,iteration,mean,std of the smoothed loss over the seeds

eval picture("", 820, 560)
set title "Figure 6-9: MNIST, " . network . ", " . seeds_text
set xlabel "iteration"
set ylabel "loss of the mini-batch after its update (smoothed)"
set yrange [0:1]
set xrange [0:*]
set style fill transparent solid 0.2 noborder

plot for [optimizer in optimizers] summary \
        using (only(1, optimizer, $2)):($3 - $4):($3 + $4) with filledcurves linecolor rgb color(optimizer) notitle, \
    for [optimizer in optimizers] summary \
        using (only(1, optimizer, $2)):3 with linespoints linecolor rgb color(optimizer) dashtype dash(optimizer) \
        pointtype marker(optimizer) pointsize 0.7 pointinterval int(marker_interval) \
        title method_title(optimizer) . note(optimizer)
