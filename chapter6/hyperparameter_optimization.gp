# 6.5.2, figure 6-24: the learning curves of the best trials, and where in the ranges the good trials are.
curves = experiment . ".csv"         # trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy
trials = experiment . "_trials.csv"  # seed,rank,round,trial,learning_rate,weight_decay,validation_accuracy,...
ranges = experiment . "_rounds.csv"  # seed,round,learning_rate_low,learning_rate_high,weight_decay_low,weight_decay_high,...

small = font(0.85)

# Figure 6-24: the best trials, validation solid, training dashed.
count = words(best_trials)
across = count < 5 ? count : 5
down = (count + across - 1) / across
panel_title(i) = sprintf(say("Best-%d: %s"), i, say(word(best_accuracies, i))) . "\nη " . word(best_learning_rates, i)
eval picture("", 145 * across + 90, 150 * down + 110)
set multiplot layout down, across margins char 8, char 2, char 6.5, char 5.5 spacing char 2, char 3.6 title figure_title . (format eq "terminal" ? say(" (* validation, # training)") : "")
set xrange [0:last_epoch < 1 ? 1 : last_epoch]
set yrange [0:1.02]
xtics_step = last_epoch < 5 ? 1 : 5 * ceil(last_epoch / 15.0)
set xtics xtics_step format ""
set ytics 0.5 format ""
set key at screen 0.5, screen 0.03 center bottom vertical maxrows 1
if (format eq "terminal") { set key off }
do for [i = 1:count] {
    trial = word(best_trials, i)
    set title panel_title(i) offset 0, -0.7
    if (i > count - across) { set xtics format "%g"; set xlabel say("epoch") }
    if (i % across == 1 || across == 1) { set ytics format "%g"; set ylabel say("accuracy") } else { set ytics format ""; set ylabel "" }
    plot curves using (only(1, trial, $4)):5 with lines linecolor rgb color("validation") linewidth 1.5 title say("validation"), \
        curves using (only(1, trial, $4)):6 with lines linecolor rgb color("training") dashtype 2 title say("training")
    set key off
}
unset multiplot

# The map. Its axes count in powers of ten where the scale is logarithmic; a short one has its ends and its middle.
scaled(value) = logarithmic ? log10(value) : value
width(low, high) = scaled(high) > scaled(low) ? scaled(high) - scaled(low) : 1
middle(low, high) = logarithmic ? sqrt(low * high) : (low + high) / 2
tics(low, high) = logarithmic && width(low, high) >= 2 ? sprintf("%g format '1e%%g'", ceil(width(low, high) / 8.0)) : \
    sprintf("('%.3g' %.12g, '%.3g' %.12g, '%.3g' %.12g)", low, scaled(low), middle(low, high), scaled(middle(low, high)), high, scaled(high))
set palette defined (0 "#440154", 0.25 "#3b528b", 0.5 "#21918c", 0.75 "#5ec962", 1 "#fde725")
set cbrange [0:1]
set xrange [scaled(learning_rate_low):scaled(learning_rate_low) + width(learning_rate_low, learning_rate_high)]
set yrange [scaled(weight_decay_low):scaled(weight_decay_low) + width(weight_decay_low, weight_decay_high)]

# Between the trials, a mean of those around, weighted by a Gaussian of a twelfth of the range; a diverged one counts as 0.
measured(value) = strcol(7) eq "nan" ? NaN : value
diverged(value) = strcol(7) eq "nan" ? value : NaN
smooth = format ne "terminal" && count > 8 && word(best_accuracies, 1) ne "diverged"
if (smooth) {
    set dgrid3d 60, 60 gauss width(learning_rate_low, learning_rate_high) / 12.0, width(weight_decay_low, weight_decay_high) / 12.0
    set format "%.12f"
    set table $map
    splot trials every ::1 using (scaled($5)):(scaled($6)):(strcol(7) eq "nan" ? 0 : $7)
    unset table
    unset dgrid3d
}
at(i) = word(strcol(1), i) + 0  # gnuplot has put spaces between the columns of $map

set format "%g"
eval "set xtics " . tics(learning_rate_low, learning_rate_high)
set xlabel say("learning rate η")
eval picture("_map", 860, 400)
set multiplot layout 1, 2 margins char 10, char 4, char 4, char 4 spacing char 22, char 4 title map_title
eval "set ytics " . tics(weight_decay_low, weight_decay_high)
set ylabel say("weight decay λ")
set cblabel say("validation accuracy")
unset grid
crosses = diverged_trials > 0 ? " (× " . say("diverged") . ")" : ""
if (format eq "terminal") {
    set title say("weight decay by learning rate, accuracy in tenths") . crosses
    unset ylabel
    unset colorbox
    plot trials using (scaled($5)):(scaled($6)):(strcol(7) eq "nan" ? "×" : sprintf("%.0f", 10 * $7)) with labels notitle
} else {
    set title say("each trial") . crosses . (smooth ? say(", and between them a smooth mean") : "") font small
    rings = "trials using (scaled($5)):(measured(scaled($6))) with points pointtype 7 pointsize 0.8 linecolor rgb '#ffffff' notitle, "
    eval "plot " . (smooth ? "$map using (at(1)):(at(2)):(at(3)) with image notitle, " . rings : "") . \
        "trials using (scaled($5)):(measured(scaled($6))):7 with points pointtype 7 pointsize 0.5 linecolor palette notitle, \
        trials using (scaled($5)):(diverged(scaled($6))) with points pointtype 2 pointsize 0.7 linewidth 2 linecolor rgb '#d55e00' notitle"
}
set grid
set yrange [0:1]
set ytics 0.2 format "%g"
if (format ne "terminal") { set ylabel say("validation accuracy") }
set title say("each trial") . crosses . say(", by its learning rate alone") font small
unset colorbox
plot trials using (scaled($5)):7 with points pointtype 7 pointsize 0.5 linecolor rgb "#0072b2" notitle, \
    trials using (scaled($5)):(diverged(0)) with points pointtype 2 pointsize 0.7 linewidth 1.5 linecolor rgb "#d55e00" notitle
unset multiplot

# The rounds: where they looked, and what they found.
if (rounds > 1) {
    round_color(i) = word("#56b4e9 #e69f00 #d55e00 #0072b2 #cc79a7 #000000", (i - 1) % 6 + 1)
    round_marker(i) = int(word("7 5 9 13 11 4", (i - 1) % 6 + 1))
    of_round(i, value) = strcol(1) eq seed && $3 == i ? value : NaN
    range_of_round(i, value) = strcol(1) eq seed && $2 == i ? value : NaN

    eval picture("_rounds", 860, 420)
    set multiplot layout 1, 2 margins char 10, char 4, char 7, char 4 spacing char 14, char 4 title rounds_title
    eval "set ytics " . tics(weight_decay_low, weight_decay_high)
    set yrange [scaled(weight_decay_low):scaled(weight_decay_low) + width(weight_decay_low, weight_decay_high)]
    set ylabel say("weight decay λ")
    set title say("the range of each round, and its trials") font small
    set key on at screen 0.5, screen 0.03 center bottom vertical maxrows 1
    set style fill transparent solid 0.12 border
    plot for [i = 1:rounds] ranges using (range_of_round(i, scaled($3))):(scaled($5)):(scaled($3)):(scaled($4)):(scaled($5)):(scaled($6)) \
            with boxxyerror linecolor rgb round_color(i) notitle, \
        for [i = 1:rounds] trials using (of_round(i, scaled($5))):(scaled($6)) with points pointtype round_marker(i) pointsize 0.5 \
            linecolor rgb round_color(i) title sprintf(say("round %d"), i)
    set key off
    set xrange [0.4:rounds + 0.6]
    set xtics 1 format "%g"
    set xlabel say("round")
    set yrange [0:1]
    set ytics 0.2 format "%g"
    set ylabel say("validation accuracy")
    set title say("each trial, and the median of each round") font small
    plot for [i = 1:rounds] trials using (of_round(i, $3 + 0.25 * sin($4 * $4))):7 with points pointtype round_marker(i) pointsize 0.5 \
            linecolor rgb round_color(i) notitle, \
        for [i = 1:rounds] ranges using (range_of_round(i, $2 - 0.35)):8:(0.7):(0) with vectors nohead linewidth 2 linecolor rgb "#000000" notitle
    unset multiplot
}
