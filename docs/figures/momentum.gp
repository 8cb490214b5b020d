# A ball in a bowl, as figure 6-4: ten steps of Momentum, and of SGD, down the same slope:
#   cd docs/figures && gnuplot momentum.gp
# In Korean, into ko/: gnuplot -e "language='ko'" momentum.gp
if (!exists("language")) { language = "en" }
say(english, korean) = language eq "ko" ? korean : english
set encoding utf8
family = say("DejaVu Sans", "DejaVu Sans&#44; Noto Sans KR&#44; sans-serif")
set terminal svg size 720,380 font family . ",16" noenhanced background '#ffffff'
set output say("", "ko/") . "momentum.svg"

f(x) = x ** 2 / 20
gradient(x) = x / 10
eta = 0.6
alpha = 0.8
steps = 10

# v ← α v − η dW,  W ← W + v; SGD is that with α = 0.
array rolled[steps + 1]
array walked[steps + 1]
do for [momentum = 0:1] {
    W = -9.0
    v = 0.0
    do for [i = 1:steps + 1] {
        if (momentum) { rolled[i] = W } else { walked[i] = W }
        v = momentum * alpha * v - eta * gradient(W)
        W = W + v
    }
}

unset border
unset tics
set margins 2, 2, 1, 3
set xrange [-10.5:10.5]
set yrange [-0.3:6]
set samples 200
set key top right samplen 1
set title sprintf(say("%d steps on x²/20 from the same start, η = %g, α = %g", "같은 곳에서 시작한 x²/20 위의 %d걸음, η = %g, α = %g"), steps, eta, alpha)
ball = 0.42
plot f(x) with lines linecolor rgb "#888888" linewidth 2 notitle, \
    rolled using (rolled[$1]):(f(rolled[$1]) + ball) with points pointtype 7 pointsize 2 linecolor rgb "#e69f00" \
        title say("Momentum: the ball gains speed", "모멘텀: 공에 속도가 붙는다"), \
    rolled using (rolled[$1]):(f(rolled[$1]) + ball):($1 <= steps ? rolled[$1 + 1] - rolled[$1] : NaN): \
        ($1 <= steps ? f(rolled[$1 + 1]) - f(rolled[$1]) : NaN) with vectors size 0.2,20 filled linecolor rgb "#333333" notitle, \
    walked using (walked[$1]):(f(walked[$1])) with points pointtype 5 pointsize 1 linecolor rgb "#0072b2" \
        title say("SGD: each step by the slope alone", "SGD: 그 자리의 기울기만 따른다")
