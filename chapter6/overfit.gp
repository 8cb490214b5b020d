# 6.4: accuracy on the images that a network learns (solid) and on the test images (dashed), a panel for each method:
# figures 6-20, 6-21 and 6-23.
summary = experiment . "_summary.csv"  # method, in one or two columns,epoch,train_mean,train_std,test_mean,test_std,diverged

of_panel(method, value) = strcol(1) . (columns > 1 ? "," . strcol(2) : "") eq method ? value : NaN
epoch = columns + 1

set style fill transparent solid 0.2 noborder
set xrange [0:last_epoch < 1 ? 1 : last_epoch]
power = 10 ** floor(log10(last_epoch < 1 ? 1 : last_epoch))
set xtics last_epoch < 4 ? 1 : last_epoch < 2.5 * power ? power / 2 : last_epoch < 6 * power ? power : 2 * power
set yrange [0:1.02]
set x2range [0:1]
set y2range [0:1]

count = words(methods)
across = count < 4 ? count : count == 4 ? 2 : 3
down = (count + across - 1) / across
eval picture("", 220 * across + 80, 200 * down + 95)
set multiplot layout down, across margins char 8, char 3, char 4, char 4.5 spacing char 5, char 5 title figure_title
set key bottom right
do for [i = 1:count] {
    method = word(methods, i)
    set title names[i] offset 0, -0.5
    set xlabel (i > count - across ? say("epoch") : "")
    set ylabel (i % across == 1 || across == 1 ? say("accuracy") : "")
    plot summary using (of_panel(method, column(epoch))):(column(epoch + 1) - column(epoch + 2)):(column(epoch + 1) + column(epoch + 2)) \
            with filledcurves linecolor rgb "#0072b2" notitle, \
        summary using (of_panel(method, column(epoch))):(column(epoch + 3) - column(epoch + 4)):(column(epoch + 3) + column(epoch + 4)) \
            with filledcurves linecolor rgb "#e69f00" notitle, \
        summary using (of_panel(method, column(epoch))):(column(epoch + 1)) with linespoints linecolor rgb "#0072b2" \
            pointtype 7 pointsize 0.5 pointinterval int(point_interval) title say("training"), \
        summary using (of_panel(method, column(epoch))):(column(epoch + 3)) with linespoints linecolor rgb "#e69f00" \
            dashtype 2 pointtype 5 pointsize 0.5 pointinterval int(point_interval) title say("test"), \
        summary using (column(epoch) == last_epoch && column(epoch + 5) > 0 ? of_panel(method, 0.95) : NaN):(0.9): \
            (sprintf(say("%d of %d diverged"), column(epoch + 5), seeds)) axes x2y2 with labels right notitle
    set key off
}
unset multiplot

# The test accuracies beside each other.
eval picture("_test", 820, 440)
set title figure_title
set xlabel say("epoch")
set ylabel say("test accuracy")
set key on outside right center
plot for [i = 1:count] summary using (of_panel(word(methods, i), column(epoch))): \
        (column(epoch + 3) - column(epoch + 4)):(column(epoch + 3) + column(epoch + 4)) \
        with filledcurves linecolor rgb color(word(methods, i)) notitle, \
    for [i = 1:count] summary using (of_panel(word(methods, i), column(epoch))):(column(epoch + 3)) \
    with linespoints linecolor rgb color(word(methods, i)) dashtype dash(word(methods, i)) \
    pointtype marker(word(methods, i)) pointsize 0.6 pointinterval int(point_interval) title names[i]
