"""The page's evaluation in a real browser: the built page's worker, run by the page's own EvaluationWorkerClient."""

from collections.abc import Iterator

from bench.browser import page, worker_url
from bench.classifier import D, K
from bench.evaluation import ADDED_COUNT, CLASS_COUNT, RECORDING_SIZE
from bench.round_trip import N
from bench.table import Row
from server.contract.constants import RANDOM_INCREMENT, RANDOM_MULTIPLIER

# Times start at the first message to the worker after a change; the client itself waits up to a second before it. Until
# all embeddings are sent, the main thread keeps posting a message to itself: a long task is a gap between two of them.
MEASURE = """
async ([workerUrl, n, addedCount, d, k, classCount, recordingSize, multiplier, increment]) => {
  const { KNN } = await import("/web/src/knn/knn.js");
  const { EvaluationWorkerClient } = await import("/web/src/evaluation/evaluation-worker-client.js");
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, multiplier) + increment) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const near = (centre, scale) => Float32Array.from(centre, (value) => value + scale * random());
  const centres = Array.from({ length: classCount }, () => near(new Float32Array(d).fill(1), 2));
  const knn = new KNN();
  let recordingCentre;
  const add = () => {
    const i = knn.getCount();
    const recording = Math.floor(i / recordingSize);
    if (i % recordingSize === 0) recordingCentre = near(centres[recording % classCount], 1.4);
    const label = `class ${recording % classCount}`;
    knn.addExample(near(recordingCentre, 1.4), label, { id: String(i), group: String(recording) });
  };
  for (let i = 0; i < n; i += 1) add();

  let notifyChange = () => {};
  const replica = {
    knn,
    revision: 0,
    get count() { return knn.getCount(); },
    get labels() { return knn.getLabels(); },
    classes: { subscribe: (listener) => { notifyChange = listener; return () => {}; } },
  };
  let [startedAt, isSent] = [null, false];
  const change = () => { replica.revision += 1; startedAt = null; notifyChange(); };
  const makeWorker = () => {
    const worker = new Worker(workerUrl, { type: "module" });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (...message) => {
      startedAt ??= performance.now();
      isSent ||= message[0].type === "run";
      post(...message);
    };
    return worker;
  };

  let receive = () => {};
  const until = (kind, matches = () => true) => new Promise((resolve, reject) => {
    receive = (receivedKind, value) => {
      if (receivedKind === "problem") reject(new Error(JSON.stringify(value)));
      else if (receivedKind === kind && matches(value)) resolve(performance.now());
    };
  });
  const client = new EvaluationWorkerClient({
    onTest: (patch) => {
      if (patch.evaluation) receive("test", patch.evaluation);
      if (patch.progress === null) receive("rest");
    },
    onFitted: (fitted) => receive("fitted", fitted),
    onNearest: () => {},
    onProblem: (error) => receive("problem", error),
    makeWorker,
  });

  let [longestTask, last] = [0, performance.now()];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    longestTask = Math.max(longestTask, now - last);
    last = now;
    if (!isSent) port2.postMessage(null);
  };
  port2.postMessage(null);
  client.setQuestion({ k, metric: "auto", weights: "distance" });
  client.setDemand({ test: true });
  const testsAll = (count) => ({ tested }) => tested === count;
  const figures = until("test", testsAll(n));
  client.watch(replica);
  change();
  const figuresAt = await figures;
  const fromNothing = figuresAt - startedAt;

  const adapted = (await until("test", ({ byMetric }) => byMetric.adapted)) - figuresAt;
  const manhattan = (await until("test", ({ byMetric }) => byMetric.manhattan)) - figuresAt - adapted;
  const oneMore = [];
  for (let i = 0; i < addedCount; i += 1) {
    add();
    const newFigures = until("test", testsAll(n + i + 1));
    change();
    oneMore.push((await newFigures) - startedAt);
  }
  await until("rest");
  const fitted = until("fitted");
  startedAt = null;
  client.setDemand({ adapted: true, test: false });
  const fit = (await fitted) - startedAt;
  client.close();
  oneMore.sort((a, b) => a - b);
  const [median, slowest] = [oneMore[addedCount >> 1], oneMore.at(-1)];
  return { fromNothing, longestTask, adapted, manhattan, fit, median, slowest };
}
"""


def web_evaluation() -> Iterator[Row]:
    """Time it at n = N, and the longest task of the main thread while it sends the embeddings."""
    with page() as browser_page:
        sizes = [N, ADDED_COUNT, D, K, CLASS_COUNT, RECORDING_SIZE]
        arguments = [worker_url("evaluation"), *sizes, RANDOM_MULTIPLIER, RANDOM_INCREMENT]
        measured = browser_page.evaluate(MEASURE, arguments)
    what = f"Browser evaluation, n = {N:,}"
    yield Row(f"{what}, cosine and Euclidean, from nothing", measured["fromNothing"], bound="<= 6000 ms")
    yield Row(f"The same, one more example, median of {ADDED_COUNT}", measured["median"], bound="<= 150 ms")
    yield Row("The same, the slowest", measured["slowest"], bound="<= 150 ms")
    yield Row(f"{what}, adapted, cross-fitting, after that", measured["adapted"])
    yield Row(f"{what}, Manhattan, after that", measured["manhattan"])
    yield Row(f"Browser adapted metric, fit, n = {N + ADDED_COUNT:,}", measured["fit"])
    longest = f"Browser main thread, longest task while {N:,} embeddings are shipped"
    yield Row(longest, measured["longestTask"], bound="<= 50 ms")
