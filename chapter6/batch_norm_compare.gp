# 6.3.2, figures 6-18 and 6-19: training accuracy with and without batch normalisation, a panel for each standard
# deviation of the initial weights.
summary = experiment . "_summary.csv"  # init_std,batch_norm,epoch,train_mean,train_std,test_mean,test_std,diverged

of_panel(std, batch_norm, value) = strcol(1) eq std && $2 == batch_norm ? value : NaN

set yrange [-0.02:1.02]
set xrange [0:last_epoch + 1]
set style fill transparent solid 0.2 noborder

small = font(0.8)

# The text says how many of the networks without batch norm have diverged at the end; their line ends where the first did.
set x2range [0:1]
set y2range [0:1]
note(batch_norm, count) = say(batch_norm == 1 ? "with" : "without") . ": " . \
    (seeds == 1 ? say("diverged") : sprintf(say("%d of %d diverged"), count, seeds))
ended(std, batch_norm, value) = strcol(1) eq std && $2 == batch_norm && $3 == last_epoch && $8 > 0 ? value : NaN

draw_panel = 'plot for [b in methods] summary using (of_panel(std, b + 0, $3)):($4 - $5):($4 + $5) \
        with filledcurves linecolor rgb color(b) notitle, \
    for [b in methods] summary using (of_panel(std, b + 0, $3)):4 with linespoints linecolor rgb color(b) \
        dashtype dash(b) pointtype marker(b) pointsize 0.5 title say(b eq "1" ? "with batch norm" : "without"), \
    for [b in methods] summary using (ended(std, b + 0, 0.97)):(b eq "1" ? 0.93 : 0.78):(note(b + 0, $8)) axes x2y2 \
        with labels right font small textcolor rgb "#333333" notitle'
panel_title(i) = sprintf(say("std %s"), word(init_std_titles, i))

# Figure 6-19: all of them.
count = words(init_stds)
if (count > 1) {
    columns = count < 5 ? 2 : count < 10 ? 3 : 4
    rows = (count + columns - 1) / columns
    eval picture("", 185 * columns + 80, 165 * rows + 95)
    set multiplot layout rows, columns margins char 8, char 3, char 6.5, char 4.5 spacing char 4, char 4 \
        title sprintf(say(book ? "Figure 6-19: with and without batch norm, %s" : "With and without batch norm, %s"), seeds_text)
    set xtics 10
    set ytics 0.5
    set key at screen 0.5, screen 0.02 center bottom vertical maxrows 1
    do for [i = 1:count] {
        std = word(init_stds, i)
        set title panel_title(i) offset 0, -0.6
        set xlabel (i > count - columns ? say("epoch") : "")
        set ylabel (i % columns == 1 ? say("accuracy") : "")
        eval draw_panel
        set key off
    }
    unset multiplot
}

# Figure 6-18: one of them; of many the one nearest to Xavier's √(1/100).
std = word(init_stds, int(alone))
eval picture(count > 1 ? "_one" : "", 720, 460)
set key on at graph 0.98, graph 0.04 right bottom vertical maxrows 2
set xtics auto
set ytics auto
set xlabel say("epoch")
set ylabel say("training accuracy")
set title (book ? sprintf(say("Figure %s: "), "6-18") : "") . \
    sprintf(say("initial weights of std %s, %s"), word(init_std_titles, int(alone)), seeds_text)
eval draw_panel
