/** All that the page says, by language, and what is called the same in all. */
const NAMES = {
  sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam",
  adamw: "AdamW",
};

const TEXTS = {
  en: {
    title: "Chapter 6, live",
    idea: "The C++ of the chapter, compiled to WebAssembly, runs here.",
    other: "한국어", light: "Light", dark: "Dark",
    command: "The same in a terminal", copy: "Copy", copied: "Copied", checksum: "Checksum of the table",
    equal: "the same as recorded for the native program with --isa=baseline",
    different: "NOT the one recorded for the native program with --isa=baseline",
    unrecorded: "(nothing is recorded for this command)", unfinished: "(not computed yet)",
    start: "Start", cancel: "Stop",
    wrong: "The link says something that means nothing here, and is left out:",
    failed: "The page cannot run in this browser:",

    "tab-paths": "6.1 Paths",
    "paths-idea": "Change a learning rate, or drag the start, and watch where each optimizer goes.",
    function: "Function", valley: "valley", rosenbrock: "Rosenbrock", saddle: "saddle", plateau: "plateau",
    beale: "Beale", x: "Start x", y: "Start y", points: "Points of a path", decay: "Learning-rate decay",
    optimizers: "Optimizers, with their learning rate η", rate: "learning rate of", reset: "The book's values",
    play: "Play", pause: "Pause", back: "A step back", forward: "A step on", step: "Step", of: "of",
    diverged: "diverged",
    picture: "The paths over the contours of f. The arrow keys move the start.",
    hint: "Drag the start, or move it with the arrow keys. ★ is where f is least.",
    trace: "Step by step:", position: "the place",
    average: "v of Momentum, m of Adam: the gradients of the last steps",
    squares: "h of AdaGrad and RMSProp, v of Adam: their squares",

    "tab-race": "6.1 Race",
    "race-idea": "Figure 6-9: one network of four hidden layers for each optimizer, with the same first weights and " +
      "mini-batches, learns the 60,000 images of MNIST, each in a worker of its own. It takes some seconds.",
    "race-hint": "The loss after each iteration, smoothed.",
    iterations: "Iterations", loss: "loss", accuracy: "test accuracy",
  },
  ko: {
    title: "움직이는 6장",
    idea: "이 장의 C++ 코드를 WebAssembly로 컴파일해 이 페이지에서 그대로 실행한다.",
    other: "English", light: "밝게", dark: "어둡게",
    command: "터미널에서 같은 일을 하는 명령", copy: "복사", copied: "복사함", checksum: "표의 체크섬",
    equal: "--isa=baseline으로 실행한 프로그램의 기록과 같다",
    different: "--isa=baseline으로 실행한 프로그램의 기록과 다르다",
    unrecorded: "(이 명령의 체크섬은 기록되어 있지 않다)", unfinished: "(아직 계산하지 않았다)",
    start: "시작", cancel: "멈추기",
    wrong: "링크에 이 페이지가 모르는 것이 있어 뺐다:",
    failed: "이 브라우저에서는 페이지를 실행할 수 없다:",

    "tab-paths": "6.1 경로",
    "paths-idea": "학습률을 바꾸거나 출발점을 끌어 옮기면서 최적화 기법마다 어디로 가는지 보자.",
    function: "함수", valley: "골짜기", rosenbrock: "로젠브록", saddle: "안장", plateau: "평지", beale: "빌",
    x: "출발점 x", y: "출발점 y", points: "경로의 점 개수", decay: "학습률 감소",
    optimizers: "최적화 기법과 학습률 η", rate: "학습률:", reset: "책의 값으로",
    play: "재생", pause: "멈춤", back: "한 걸음 뒤로", forward: "한 걸음 앞으로", step: "걸음", of: "/",
    diverged: "발산", momentum: "모멘텀", nesterov: "네스테로프",
    picture: "f의 등고선 위에 그린 경로. 화살표 키로 출발점을 옮긴다.",
    hint: "출발점은 끌거나 화살표 키로 옮긴다. ★은 f가 최소인 곳이다.",
    trace: "걸음마다 보기:", position: "위치",
    average: "모멘텀의 v, Adam의 m: 지난 기울기의 누적", squares: "AdaGrad와 RMSProp의 h, Adam의 v: 기울기 제곱의 누적",

    "tab-race": "6.1 겨루기",
    "race-idea": "그림 6-9: 최적화 기법마다 은닉층이 네 개인 신경망 하나가 같은 초깃값에서 출발해 같은 미니배치로 MNIST 이미지 " +
      "60,000장을 학습한다. 저마다 다른 워커에서 돌며, 몇 초 걸린다.",
    "race-hint": "반복할 때마다 잰 손실(매끄럽게 함).",
    iterations: "반복 횟수", loss: "손실", accuracy: "시험 정확도",
  },
};
