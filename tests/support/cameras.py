"""Cameras that a test moves, unplugs and refuses, and photos to upload beside them."""

import io

from playwright.sync_api import Page, expect

from tests.support.film import photo

# Cameras that are canvases: `cameras` says which there are, with the size of their pictures; `refusal` names the
# DOMException that asking ends with. Each quarter of a picture has one of the `colours`, which may be changed while a
# camera runs, and its edges have another.
CAMERAS = """
window.cameras = [{ id: "inner", label: "Built-in", width: 640, height: 480 }];
window.refusal = null;
window.asked = 0;
window.tracks = [];
window.colours = ["#c22", "#2a2", "#22c", "#cc2"];
navigator.mediaDevices.enumerateDevices = async () =>
  cameras.map(({ id, label }) => ({ kind: "videoinput", deviceId: id, label }));
navigator.mediaDevices.getUserMedia = async ({ video }) => {
  window.asked += 1;
  await window.waitBeforeCamera;
  if (refusal) throw new DOMException("", refusal);
  const device = video.deviceId ? cameras.find(({ id }) => id === video.deviceId.exact) : cameras[0];
  if (!device) throw new DOMException("", cameras.length ? "OverconstrainedError" : "NotFoundError");
  const canvas = Object.assign(document.createElement("canvas"), device);
  const context = canvas.getContext("2d");
  const draw = () => {
    const { width, height } = canvas;
    const side = Math.min(width, height);
    context.fillStyle = "#888";
    context.fillRect(0, 0, width, height);
    context.translate((width - side) / 2, (height - side) / 2);
    colours.forEach((colour, i) => {
      context.fillStyle = colour;
      context.fillRect(((i % 2) * side) / 2, (Math.floor(i / 2) * side) / 2, side / 2, side / 2);
    });
    context.setTransform(1, 0, 0, 1, 0, 0);
  };
  draw();
  setInterval(draw, 40);
  window.turn = (width, height) => Object.assign(canvas, { width, height });
  const stream = canvas.captureStream();
  const [track] = stream.getVideoTracks();
  Object.defineProperty(track, "label", { value: device.label });
  track.getSettings = () => ({ deviceId: device.id });
  tracks.push(track);
  return stream;
};
// The newest picture on its way to the model: what the worker is told to crop of a video's frame, or a whole square.
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  if (message?.type === "embed") {
    const { picture, square } = message;
    const { left, top, side } = square ?? { left: 0, top: 0, side: picture.width };
    const seen = new OffscreenCanvas(32, 32);
    seen.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, 32, 32);
    window.seen = [...seen.getContext("2d").getImageData(0, 0, 32, 32).data].filter((_, i) => i % 4 !== 3);
  }
  return post.call(this, message, ...rest);
};
"""


def jpeg(width: int, height: int, name: str = "cat") -> bytes:
    picture = photo(name)
    out = io.BytesIO()
    side = min(picture.size)
    picture.crop((0, 0, side, side)).resize((width, height)).save(out, "JPEG")
    return out.getvalue()


def file(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def wait_until_ready(page: Page) -> None:
    # The progress is there from the first paint.
    expect(page.locator(".stage")).to_be_visible()
    expect(page.locator(".model-progress")).to_have_count(0)
