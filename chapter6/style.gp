# One look for one method throughout the chapter: a color (Okabe and Ito's palette, which color-blind readers can tell
# apart), and a kind of dash and a marker beside it, so that the figure also works without colors. The experiment says
# which `methods` it compares; those that are not known here get the looks from 7 on, or, where none is known, all.
known = "sgd momentum nesterov adagrad rmsprop adam std=0.01 std=1 xavier he glorot zero"
titles = "SGD Momentum Nesterov AdaGrad RMSProp Adam std=0.01 std=1 Xavier He Glorot zero"
colors = "#0072b2 #e69f00 #56b4e9 #009e73 #cc79a7 #d55e00 #000000 #999999 #8c6d31 #5254a3"
dashes = "1 2 5 4 3 1 2 1 4 5"
markers = "7 5 9 13 11 8 6 4 12 10"

place(method, list) = (sum [i = 1:words(list)] (word(list, i) eq method ? i : 0))
known_methods(list) = (sum [j = 1:words(list)] (place(word(list, j), known) > 0))
look(method) = place(method, known) > 0 ? (place(method, known) - 1) % 6 + 1 : \
    known_methods(methods) > 0 ? 6 + (place(method, methods) - 1) % 4 + 1 : (place(method, methods) - 1) % 10 + 1
color(method) = word(colors, look(method))
dash(method) = int(word(dashes, look(method)))
marker(method) = int(word(markers, look(method)))
method_title(method) = say(place(method, known) > 0 ? word(titles, place(method, known)) : method eq "adamw" ? "AdamW" : method)

# What stands behind a title; `diverged` lists the methods that did, from the experiment, a space behind each.
note(method) = strstrt(" " . diverged, " " . method . " ") > 0 ? " (" . say("diverged") . ")" : ""

set border 3 linecolor "#555555"
set tics nomirror textcolor "#333333"
set grid linecolor "#dddddd" linewidth 0.7
set key noopaque
