/** What the tab of 6.5 says. */
Object.assign(TEXTS.en, {
  "tab-search": "6.5 Search",
  "search-idea": "Figure 6-24: each dot is a trial, a network that learns 400 images with a learning rate and a " +
    "weight decay of its own, and is scored on 100 others. Where are the best? At the right end: the range is too " +
    "low. Raise the highest learning rate to 1, and search again. What does a narrower round find in the wrong " +
    "range, and what in the right one?",
  "search-hint": "Learning rate η from left to right, weight decay λ upwards. Numbers are the best five, × has " +
    "diverged, small dots are of the rounds before. The marks at the bottom are the learning rates that were tried: " +
    "a grid tries few, again and again. The background of a Bayesian search is the accuracy that it expects there.",
  "search-method": "Method", random: "random", grid: "grid", bayesian: "Bayesian",
  "search-trials": "Trials in each round", "search-epochs": "Epochs of a trial",
  "search-rate_high": "Highest learning rate η", "search-rate_low": "Lowest learning rate η",
  "search-decay_high": "Highest weight decay λ", "search-decay_low": "Lowest weight decay λ",
  "search-trial": "Trial", "go-on": "Go on", narrow: "Narrow: a round around the best tenth",
  "validation-accuracy": "validation accuracy", "search-validation": "validation", "search-train": "training",
  "search-eta": "η", "search-lambda": "λ",
  "search-luck": "{trials} trials tried {rates} different learning rates. {equals} of them are within the standard " +
    "error, {error}, of the best: 100 images cannot tell these apart, and the best of many is lucky, too. Learned " +
    "once more from all 500 images, the best setting has an accuracy of {test} on the 10,000 test images.",
});

Object.assign(TEXTS.ko, {
  "tab-search": "6.5 탐색",
  "search-idea": "그림 6-24: 점 하나가 시행 한 번이다. 시행마다 다른 학습률과 가중치 감소로 이미지 400장을 학습하고 다른 100장으로 " +
    "평가한다. 좋은 점은 어디에 있는가? 오른쪽 끝이다. 범위를 너무 낮게 잡았다는 뜻이다. 학습률의 최댓값을 1로 올려 다시 찾아보자. 범위를 " +
    "좁힌 라운드는 잘못 잡은 범위에서 무엇을 찾고, 제대로 잡은 범위에서는 무엇을 찾는가?",
  "search-hint": "왼쪽에서 오른쪽으로 학습률 η, 아래에서 위로 가중치 감소 λ다. 번호는 가장 좋은 다섯, ×는 발산한 시행, 작은 점은 앞 " +
    "라운드의 시행이다. 맨 아래 눈금은 시도한 학습률이다. 격자는 몇 가지만 되풀이해서 시도한다. 베이즈 최적화의 배경색은 그 자리에서 " +
    "기대하는 정확도를 나타낸다.",
  "search-method": "방법", random: "무작위", grid: "격자", bayesian: "베이즈 최적화",
  "search-trials": "라운드당 시행 수", "search-epochs": "시행당 에폭 수",
  "search-rate_high": "학습률 η의 최댓값", "search-rate_low": "학습률 η의 최솟값",
  "search-decay_high": "가중치 감소 λ의 최댓값", "search-decay_low": "가중치 감소 λ의 최솟값",
  "search-trial": "시행", "go-on": "이어서 하기", narrow: "좁히기: 가장 좋은 10분의 1 언저리에서 한 라운드 더",
  "validation-accuracy": "검증 정확도", "search-validation": "검증", "search-train": "훈련",
  "search-eta": "η", "search-lambda": "λ",
  "search-luck": "시행 {trials}번에 서로 다른 학습률 {rates}가지를 시도했다. 가장 좋은 시행과의 차이가 표준오차 {error} 안인 시행은 " +
    "{equals}번이다. 이미지 100장으로는 이들의 우열을 가릴 수 없고, 여럿 가운데 가장 좋은 것에는 운도 섞여 있다. 가장 좋은 설정으로 " +
    "이미지 500장 전부를 다시 학습하면 시험 이미지 10,000장에서 정확도가 {test}다.",
});
