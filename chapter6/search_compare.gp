# 6.5.2: the best validation accuracy so far against the epochs that the trials have learned, a panel for each budget.
summary = experiment . "_summary.csv"  # method,trials,epochs,mean,std over the seeds

count = words(budgets)
across = count < 2 ? 1 : 2
down = (count + across - 1) / across
eval picture("", 330 * across + 80, 230 * down + 140)
set multiplot layout down, across margins char 8, char 3, char 6.5, char 6 spacing char 5, char 5 title figure_title . "\n" . caption
set yrange [0:1]
set ytics 0.2
set key at screen 0.5, screen 0.03 center bottom vertical maxrows 1
if (format eq "terminal") { set key at graph 0.02, 0.98 left top vertical maxrows 4 }

# Behind the end stand mean and standard deviation of the seeds there, each method a little further to the right.
of_panel(method, budget, value) = strcol(1) eq method && $2 == budget ? value : NaN
at_end(m, i, value) = strcol(1) eq word(methods, m) && $2 == word(budgets, i) && \
    $3 == word(ends, (m - 1) * count + i) ? value : NaN
do for [i = 1:count] {
    budget = word(budgets, i) + 0
    spent = budget * epochs_of_trial
    set title sprintf(say(budget == 1 ? "as many epochs as %d trial: %d" : "as many epochs as %d trials: %d"), budget, spent) offset 0, -0.5
    set xlabel (i > count - across ? say("epochs learned") : "")
    set ylabel (i % across == 1 || across == 1 ? say("best validation accuracy") : "")
    set xrange [0:spent * (1.04 + 0.04 * words(methods))]
    plot for [method in methods] summary using (of_panel(method, budget, $3)):4 with steps \
            linecolor rgb color(method) dashtype dash(method) linewidth 1.5 title method_title(method), \
        for [m = 1:words(methods)] summary using (at_end(m, i, spent * (1.02 + 0.04 * m))):4:(seeds > 1 ? $5 : NaN) with yerrorbars \
            linecolor rgb color(word(methods, m)) pointtype marker(word(methods, m)) pointsize 0.7 notitle
    set key off
}
unset multiplot
