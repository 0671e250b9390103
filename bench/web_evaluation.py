"""The page's evaluation in a real browser: the built page's own worker and the page's own EvaluationWorkerClient."""

from collections.abc import Iterator

from bench.browser import page, worker_url
from bench.classifier import D, K
from bench.evaluation import CLASSES, MORE, RECORDED
from bench.round_trip import N
from bench.table import Row

# Times run from the first message to the worker after a change; before that, the client waits up to a second. Until all
# is sent, a message is always under way from the main thread to itself: a long task shows as a gap between two.
MEASURE = """
async ([worker_url, n, more, d, k, classes, recorded]) => {
  const { KNN } = await import("/web/src/knn/knn.js");
  const { EvaluationWorkerClient } = await import("/web/src/evaluation/evaluation-worker-client.js");
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const vector = (centre, scale) => Float32Array.from(centre, (value) => value + scale * random());
  const centres = Array.from({ length: classes }, () => vector(new Float32Array(d).fill(1), 2));
  const knn = new KNN();
  let shift;
  const add = () => {
    const i = knn.getCount();
    const recording = Math.floor(i / recorded);
    if (i % recorded === 0) shift = vector(centres[recording % classes], 1.4);
    knn.addExample(vector(shift, 1.4), `class ${recording % classes}`, { id: String(i), group: String(recording) });
  };
  for (let i = 0; i < n; i += 1) add();

  let changed = () => {};
  const replica = {
    knn,
    revision: 0,
    get count() { return knn.getCount(); },
    get labels() { return knn.getLabels(); },
    classes: { subscribe: (listener) => { changed = listener; return () => {}; } },
  };
  const change = () => { replica.revision += 1; begun = null; changed(); };
  let [begun, isShipped] = [null, false];
  const makeWorker = () => {
    const worker = new Worker(worker_url, { type: "module" });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (...message) => {
      begun ??= performance.now();
      isShipped ||= message[0].type === "run";
      post(...message);
    };
    return worker;
  };

  let waiting = () => {};
  const until = (kind, isIt = () => true) => new Promise((resolve, reject) => {
    waiting = (came, what) => {
      if (came === "problem") reject(new Error(JSON.stringify(what)));
      else if (came === kind && isIt(what)) resolve(performance.now());
    };
  });
  const client = new EvaluationWorkerClient({
    onTest: (patch) => {
      if (patch.evaluation) waiting("test", patch.evaluation);
      if (patch.progress === null) waiting("rest");
    },
    onFitted: (fitted) => waiting("fitted", fitted),
    onNearest: () => {},
    onProblem: (error) => waiting("problem", error),
    makeWorker,
  });

  let [longest, last] = [0, performance.now()];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isShipped) port2.postMessage(null);
  };
  port2.postMessage(null);
  client.setQuestion({ k, metric: "auto", weights: "distance" });
  client.setDemand({ test: true });
  const counts = (count) => ({ tested }) => tested === count;
  const figures = until("test", counts(n));
  client.watch(replica);
  change();
  const first = await figures;
  const nothing = first - begun;

  const adapted = (await until("test", ({ byMetric }) => byMetric.adapted)) - first;
  const manhattan = (await until("test", ({ byMetric }) => byMetric.manhattan)) - first - adapted;
  const oneMore = [];
  for (let i = 0; i < more; i += 1) {
    add();
    const came = until("test", counts(n + i + 1));
    change();
    oneMore.push((await came) - begun);
  }
  await until("rest");
  const fitted = until("fitted");
  begun = null;
  client.setDemand({ adapted: true, test: false });
  const fit = (await fitted) - begun;
  client.close();
  oneMore.sort((a, b) => a - b);
  return { nothing, longest, adapted, manhattan, fit, median: oneMore[more >> 1], slowest: oneMore.at(-1) };
}
"""


def web_evaluation() -> Iterator[Row]:
    """Time it at n = 2,000, and the longest task of the main thread that ships the embeddings."""
    with page() as opened:
        asked = [worker_url("evaluation"), N, MORE, D, K, CLASSES, RECORDED]
        measured = opened.evaluate(MEASURE, asked)
    what = f"Browser evaluation, n = {N:,}"
    yield Row(f"{what}, cosine and Euclidean, from nothing", measured["nothing"], bound="<= 6000 ms")
    yield Row("The same, one more example, median of 20", measured["median"], bound="<= 150 ms")
    yield Row("The same, the slowest", measured["slowest"], bound="<= 150 ms")
    yield Row(f"{what}, adapted, cross-fitting, after that", measured["adapted"])
    yield Row(f"{what}, Manhattan, after that", measured["manhattan"])
    yield Row(f"Browser adapted metric, fit, n = {N + MORE:,}", measured["fit"])
    yield Row(
        f"Browser main thread, longest task while {N:,} embeddings are shipped", measured["longest"], bound="<= 50 ms"
    )
