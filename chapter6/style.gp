# One look for one method throughout the chapter: a color (Okabe and Ito's palette, which color-blind readers can tell
# apart), and a kind of dash and a marker beside it, so that the figure also works without colors.
methods = "sgd momentum nesterov adagrad rmsprop adam"
colors = "#0072b2 #e69f00 #56b4e9 #009e73 #cc79a7 #d55e00"
dashes = "1 2 5 4 3 1"
markers = "7 5 9 13 11 8"
titles = "SGD Momentum Nesterov AdaGrad RMSProp Adam"

method_number(method) = (sum [i = 1:words(methods)] (word(methods, i) eq method ? i : 0))
color(method) = word(colors, method_number(method))
dash(method) = int(word(dashes, method_number(method)))
marker(method) = int(word(markers, method_number(method)))
method_title(method) = word(titles, method_number(method))

# What stands behind a title; `diverged` lists the methods that did, from the experiment.
note(method) = strstrt(diverged, method) > 0 ? " (diverged)" : ""

set border 3 linecolor "#555555"
set tics nomirror textcolor "#333333"
set grid linecolor "#dddddd" linewidth 0.7
set key noopaque

