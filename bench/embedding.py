"""The time from a frame to its embedding in a real browser, for each TensorFlow.js backend."""

import sys
from collections.abc import Iterator

from playwright.sync_api import Error

from bench.browser import page, worker_url
from bench.table import Row

FRAMES = 30
NEIGHBOURS = 10

# Uses the page's own worker, with the page's messages. Frames with and without a heat map take turns; the page's own
# modules compute and draw the heat map.
MEASURE = """
async ([worker_url, backend, frames, neighbours]) => {
  const { heatMap } = await import("/web/src/explain/heat-map.js");
  const { paintHeat } = await import("/web/src/ui/camera/heat-paint.js");
  const base = new URL("/model/", location.href).href;
  const manifest = await (await fetch(base + "manifest.json")).json();
  const worker = new Worker(worker_url, { type: "module" });
  const reply = (...types) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (types.includes(data.type)) resolve(data);
      if (data.type === "failed") reject(new Error(data.message));
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.postMessage({ type: "load", base, manifest, candidates: [backend] });
  await reply("ready");
  const size = manifest.input.size;
  const pixels = new ImageData(new Uint8ClampedArray(size * size * 4).map((_, i) => (i * 7919) % 256), size, size);
  const [height, width, d] = manifest.outputs.features.shape;
  const examples = Array.from({ length: neighbours }, (_, i) => ({
    embedding: Float32Array.from({ length: d }, (_, c) => ((i + 1) * (c + 1) * 7919) % 256),
    weight: 1 / neighbours,
  }));
  const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 360 }).getContext("2d");
  const times = { false: [], true: [] };
  for (let n = 0; n < 2 * frames; n += 1) {
    const features = n % 2 === 1;
    const bitmap = await createImageBitmap(pixels);
    const start = performance.now();
    const answer = reply("embedded");
    const request = { type: "embed", requestId: n, picture: bitmap, square: null, features, thumbnailSize: 0 };
    worker.postMessage(request, [bitmap]);
    const embedded = await answer;
    if (features) {
      const { values } = heatMap(embedded.features, height * width, examples);
      paintHeat(canvas, { height, width, values }, { left: 60, top: 0, side: 360 });
    }
    times[features].push(performance.now() - start);
  }
  worker.terminate();
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return { title: manifest.title, without: median(times[false]), withHeat: median(times[true]) };
}
"""


def embedding() -> Iterator[Row]:
    """Time each backend that this machine's browser has."""
    with page() as browser_page:
        for backend in ("wasm", "webgl", "webgpu"):
            try:
                measured = browser_page.evaluate(MEASURE, [worker_url("embed"), backend, FRAMES, NEIGHBOURS])
            except Error as error:
                if backend == "wasm":
                    # Every browser has it: something is wrong with the page.
                    raise
                print(f"  {backend}: not on this machine ({str(error).splitlines()[0]})", file=sys.stderr)
                continue
            what = f"Frame to embedding, {measured['title']}, {backend}"
            yield Row(what, measured["without"])
            yield Row(
                f"{what}, with the feature map and heat map",
                measured["withHeat"],
                "without",
                measured["without"],
                "<= 1.2",
            )
