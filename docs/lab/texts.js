/** All that the page says, by language, and what is called the same in all. */
const NAMES = {
  sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam",
  adamw: "AdamW",
};

const TEXTS = {
  en: {
    title: "Chapter 6, live: 6.1 Updating parameters",
    idea: "The C++ of the chapter, compiled to WebAssembly, walks here. Change a learning rate, or drag the start, " +
      "and watch where each optimizer goes.",
    other: "한국어", light: "Light", dark: "Dark",
    function: "Function", valley: "valley", rosenbrock: "Rosenbrock", saddle: "saddle", plateau: "plateau",
    beale: "Beale", startX: "Start x", startY: "Start y", points: "Points of a path", decay: "Learning-rate decay",
    optimizers: "Optimizers, with their learning rate η", rate: "learning rate of", reset: "The book's values",
    play: "Play", pause: "Pause", back: "A step back", forward: "A step on", step: "Step", of: "of",
    end: "f(x, y)", diverged: "diverged",
    picture: "The paths over the contours of f. The arrow keys move the start.",
    hint: "Drag the start, or move it with the arrow keys. ★ is where f is least.",
    trace: "step by step", command: "The same in a terminal", copy: "Copy", copied: "Copied",
    checksum: "Checksum of the table",
    equal: "the same as recorded for the native program with --isa=baseline",
    different: "NOT the one recorded for the native program with --isa=baseline",
    unrecorded: "(recorded is only the one of the book's values)",
    race: "6.1.8 The race on MNIST (figure 6-9)",
    raceIdea: "One network of four hidden layers for each optimizer, with the same first weights and mini-batches, learns " +
      "the 60,000 images, each in a worker of its own. It takes some seconds.",
    raceHint: "The loss after each iteration, smoothed.",
    iterations: "Iterations", startRace: "Start", cancel: "Stop", loss: "loss", accuracy: "test accuracy",
    wrong: "The link says something that means nothing here, and is left out:",
    failed: "The page cannot run in this browser:",
  },
  ko: {
    title: "움직이는 6장: 6.1 매개변수 갱신",
    idea: "이 장의 C++ 코드를 WebAssembly로 컴파일한 것이 이 페이지에서 그대로 움직인다. 학습률을 바꾸거나 출발점을 끌어 옮기면서 " +
      "최적화 기법마다 어디로 가는지 보자.",
    other: "English", light: "밝게", dark: "어둡게",
    function: "함수", valley: "골짜기", rosenbrock: "로젠브록", saddle: "안장", plateau: "평지", beale: "빌",
    startX: "출발점 x", startY: "출발점 y", points: "경로의 점 개수", decay: "학습률 감소",
    optimizers: "최적화 기법과 학습률 η", rate: "학습률:", reset: "책의 값으로",
    play: "재생", pause: "멈춤", back: "한 걸음 뒤로", forward: "한 걸음 앞으로", step: "걸음", of: "/",
    end: "f(x, y)", diverged: "발산", momentum: "모멘텀", nesterov: "네스테로프",
    picture: "f의 등고선 위에 그린 경로. 화살표 키로 출발점을 옮긴다.",
    hint: "출발점은 끌거나 화살표 키로 옮긴다. ★은 f가 최소인 곳이다.",
    trace: "걸음마다의 값", command: "터미널에서 같은 일을 하는 명령", copy: "복사", copied: "복사함",
    checksum: "표의 체크섬",
    equal: "--isa=baseline으로 실행한 프로그램의 기록과 같다",
    different: "--isa=baseline으로 실행한 프로그램의 기록과 다르다",
    unrecorded: "(책의 값일 때의 체크섬만 기록되어 있다)",
    race: "6.1.8 MNIST에서 겨루기(그림 6-9)",
    raceIdea: "최적화 기법마다 은닉층이 네 개인 신경망 하나가 같은 초깃값에서 출발해 같은 미니배치로 이미지 60,000장을 학습한다. " +
      "저마다 다른 워커에서 돌며, 몇 초 걸린다.",
    raceHint: "매번 반복한 뒤의 손실(매끄럽게 한 것).",
    iterations: "반복 횟수", startRace: "시작", cancel: "멈추기", loss: "손실", accuracy: "테스트 정확도",
    wrong: "링크에 이 페이지가 모르는 것이 있어 뺐다:",
    failed: "이 브라우저에서는 페이지를 실행할 수 없다:",
  },
};
