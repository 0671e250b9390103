"""The time from a frame to its embedding in a real browser, by TensorFlow.js backend."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from bench.serving import serving
from bench.table import Row

ROOT = Path(__file__).resolve().parents[1]
FRAMES = 30

# The page's own worker, spoken to as the page does.
MEASURE = """
async ([worker_url, backend, frames]) => {
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
  const picture = new ImageData(new Uint8ClampedArray(size * size * 4).map((_, i) => (i * 7919) % 256), size, size);
  const times = [];
  for (let n = 0; n < frames; n += 1) {
    const bitmap = await createImageBitmap(picture);
    const start = performance.now();
    const answer = reply("embedded");
    worker.postMessage({ type: "embed", n, bitmap, features: false, thumbnailSize: 0 }, [bitmap]);
    await answer;
    times.push(performance.now() - start);
  }
  worker.terminate();
  return { title: manifest.title, median: times.sort((a, b) => a - b)[times.length >> 1] };
}
"""


def embedding() -> Iterator[Row]:
    """Time the backends that this machine's browser has."""
    chrome = (
        os.environ.get("CHROME")
        or subprocess.run([ROOT / "scripts" / "browser.sh"], capture_output=True, text=True, check=True).stdout.strip()
    )
    if not chrome:
        sys.exit("The embedding can't be timed: there is no Chromium or Chrome here (Debian: apt install chromium).")
    worker = next((ROOT / "web" / "dist" / "assets").glob("embed.worker-*.js"))
    with serving("server", "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-quic"])
        page = browser.new_page()
        page.goto(f"{address}healthz")  # the page itself would start a worker of its own
        for backend in ("wasm", "webgl", "webgpu"):
            try:
                measured = page.evaluate(MEASURE, [f"/assets/{worker.name}", backend, FRAMES])
            except Error as error:
                print(f"  {backend}: not on this machine ({str(error).splitlines()[0]})", file=sys.stderr)
                continue
            yield Row(f"Frame to embedding, {measured['title']}, {backend}", measured["median"])
        browser.close()
