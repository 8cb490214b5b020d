/** What the tab of 6.2 says. */
Object.assign(NAMES, {
  sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", xavier: "Xavier: √(1/n) = 0.1", glorot: "Glorot: √(2/(n + n)) = 0.1",
  he: "He: √(2/n) ≈ 0.14",
});

Object.assign(TEXTS.en, {
  "tab-signals": "6.2 Activations",
  "signals-idea": "Figures 6-10 to 6-14: 1000 inputs from N(0, 1) go through layers of 100 nodes, and a gradient from " +
    "N(0, 1) goes back. Slide the standard deviation of the sigmoid's weights from 1 to 0.01: the activations gather at " +
    "0.5, and the gradient fades layer by layer. With Xavier the activations stay apart, and the gradient loses only what " +
    "the slope of the sigmoid takes, which is a quarter at most. With tanh Xavier keeps both, with ReLU He.",
  "signals-hint": "Above the activations y = h(a) of each layer, below |∂L/∂a| by powers of ten, whose first bin also has " +
    "all that is smaller, and 0. A bar that reaches the top is a quarter of the values, or more.",
  activation: "Activation function h", init: "Initial weights", "of-std": "N(0, std²)",
  std: "Standard deviation of the initial weights", layers: "Layers",
  layer: "layer", "mean-y": "mean of y", "std-y": "std of y", saturated: "saturated", dead: "dead nodes",
  "std-gradient": "std of ∂L/∂a", histogram: "Histogram of layer",
});

Object.assign(TEXTS.ko, {
  "tab-signals": "6.2 활성화값",
  "signals-idea": "그림 6-10부터 6-14까지: N(0, 1)에서 뽑은 입력 1000개가 뉴런 100개짜리 계층들을 지나고, N(0, 1)에서 뽑은 기울기가 " +
    "거꾸로 지나간다. 시그모이드에서 가중치의 표준편차를 1에서 0.01로 밀어 보자. 활성화값이 0.5로 모이고, 기울기는 계층을 지날 때마다 " +
    "작아진다. Xavier 초깃값에서는 활성화값이 고르게 퍼져 있고, 기울기는 시그모이드의 미분(4분의 1 이하)만큼만 줄어든다. tanh에서는 " +
    "Xavier 초깃값이, ReLU에서는 He 초깃값이 둘 다 유지해 준다.",
  "signals-hint": "위는 계층마다의 활성화값 y = h(a)이고, 아래는 |∂L/∂a|를 10의 거듭제곱 단위로 나누어 셌다. 아래의 첫 칸에는 그보다 " +
    "작은 값과 0도 들어 있다. 꼭대기에 닿은 막대는 전체의 4분의 1이거나 그보다 많다.",
  sigmoid: "시그모이드", activation: "활성화 함수 h", init: "가중치의 초깃값", "of-std": "N(0, std²)",
  std: "가중치 초깃값의 표준편차", layers: "계층 수",
  layer: "계층", "mean-y": "y의 평균", "std-y": "y의 표준편차", saturated: "포화", dead: "죽은 뉴런",
  "std-gradient": "∂L/∂a의 표준편차", histogram: "히스토그램, 계층",
});
