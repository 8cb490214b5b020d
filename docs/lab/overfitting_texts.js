/** What the tab of 6.4 says. */
Object.assign(TEXTS.en, {
  "tab-overfitting": "6.4 Overfitting",
  "overfitting-idea": "Figures 6-20 to 6-23: a network with six hidden layers learns only 300 images, and learns them " +
    "by heart. Its training accuracy reaches 1, its test accuracy does not: the gap is overfitting. Start, then try " +
    "λ = 0.1, and a dropout ratio of 0.2. Does the test accuracy rise, or is the gap smaller only because the training " +
    "accuracy has fallen? With dropout a network learns more slowly: give it more epochs, or Adam.",
  "overfitting-hint": "The accuracy on the 300 images and on the 10,000 test images, epoch by epoch. The gap is shaded; " +
    "thin lines are the run before.",
  "overfitting-lambda": "λ of L2 weight decay", "overfitting-ratio": "Dropout ratio", "overfitting-dropout": "Dropout",
  standard: "standard (the book's)", inverted: "inverted", "overfitting-batch_norm": "Batch norm",
  without: "without", with: "with", "overfitting-optimizer": "Optimizer", "overfitting-rate": "Learning rate η",
  "overfitting-epochs": "Epochs", "overfitting-interval": "Evaluation interval",
  "overfitting-epoch": "Epoch", train: "training", test: "test", gap: "gap", now: "This run", before: "The run before",
  "of-dropout": "dropout",
});

Object.assign(TEXTS.ko, {
  "tab-overfitting": "6.4 오버피팅",
  "overfitting-idea": "그림 6-20부터 6-23까지: 은닉층이 여섯 개인 신경망에 이미지 300장만 보여 주면 통째로 외운다. 훈련 정확도는 " +
    "1에 이르지만 시험 정확도는 그렇지 못하다. 그 격차가 오버피팅이다. 시작을 누른 다음 λ = 0.1로, 또 드롭아웃 비율 0.2로 바꾸어 " +
    "다시 해 보자. 시험 정확도가 오르는가, 아니면 훈련 정확도가 떨어져서 격차가 줄었을 뿐인가? 드롭아웃을 쓰면 더디게 배운다. " +
    "에폭을 늘리거나 Adam을 써 보자.",
  "overfitting-hint": "훈련 이미지 300장의 정확도와 시험 이미지 10,000장의 정확도를 에폭마다 그렸다. 색칠한 곳이 격차이고, " +
    "가는 선은 바로 앞의 학습이다.",
  "overfitting-lambda": "가중치 감소(L2)의 λ", "overfitting-ratio": "드롭아웃 비율", "overfitting-dropout": "드롭아웃",
  standard: "표준(책의 방식)", inverted: "역드롭아웃", "overfitting-batch_norm": "배치 정규화",
  without: "미사용", with: "사용", "overfitting-optimizer": "최적화 기법", "overfitting-rate": "학습률 η",
  "overfitting-epochs": "에폭", "overfitting-interval": "평가 간격",
  "overfitting-epoch": "에폭", train: "훈련", test: "시험", gap: "격차", now: "이번 학습", before: "앞의 학습",
  "of-dropout": "드롭아웃",
});
