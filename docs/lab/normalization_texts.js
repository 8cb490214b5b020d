/** What the tab of 6.3 says. */
Object.assign(TEXTS.en, {
  "tab-normalization": "6.3 Batch norm",
  "normalization-idea": "Figures 6-18 and 6-19: two networks of five hidden layers, without and with batch norm, start " +
    "from the same weights and learn the first 1000 images of MNIST with the same mini-batches. Slide the standard " +
    "deviation of their weights: the lower picture collects how far each got.",
  "normalization-hint": "Training accuracy epoch by epoch, with and without batch norm",
  "normalization-over": "Training accuracy after the last epoch, over the standard deviation of the initial weights (× diverged)",
  "book-stds": "The 16 of figure 6-19", "train-accuracy": "Training accuracy", "epoch": "epoch",
  "batch-norm-0": "without batch norm", "batch-norm-1": "with batch norm",
});

Object.assign(TEXTS.ko, {
  "tab-normalization": "6.3 배치 정규화",
  "normalization-idea": "그림 6-18과 6-19: 은닉층이 다섯 개인 두 신경망이 하나는 배치 정규화 없이, 하나는 배치 정규화를 써서 MNIST의 처음 이미지 " +
    "1000장을 학습한다. 둘은 같은 가중치에서 출발하고 미니배치도 같다. 가중치의 표준편차를 밀어 보자. 저마다 어디까지 갔는지가 아래 " +
    "그림에 쌓인다.",
  "normalization-hint": "에폭마다 잰 훈련 정확도, 배치 정규화를 쓸 때와 쓰지 않을 때",
  "normalization-over": "마지막 에폭의 훈련 정확도, 가로축은 가중치 초깃값의 표준편차(×는 발산)",
  "book-stds": "그림 6-19의 16가지", "train-accuracy": "훈련 정확도", "epoch": "에폭",
  "batch-norm-0": "배치 정규화 미사용", "batch-norm-1": "배치 정규화 사용",
});
