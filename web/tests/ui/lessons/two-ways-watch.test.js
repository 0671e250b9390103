// Which pictures are compared by their pixels, and how often they are read. Pictures of one colour stand in for real ones: a browser
// that reads real ones is in tests/browser/lessons.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { stagePicture } from "../../../src/ui/context/page-state.js";
import { twoWays, watchTwoWays } from "../../../src/ui/lessons/two-ways-watch.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

/** A picture of one colour, transparent or not; address: of an image. @typedef {{grey?: number, isClear?: boolean, src?: string}} Picture */

const SIDE = 480;
const EVERY_MS = 500;
/** The colours of images, by address. @type {Map<string, number>} */
const greys = new Map();

class FakeCanvas {
	width = 0;
	height = 0;
	/** What is on it: null, nothing. @type {number|null} */
	grey = null;

	getContext() {
		return {
			drawImage: (/** @type {Picture} */ { grey, isClear, src }) => {
				if (!isClear) this.grey = grey ?? greys.get(src ?? "") ?? null;
			},
			fillRect: () => {
				this.grey = 255;
			},
			getImageData: () => ({ data: new Uint8ClampedArray(this.width * this.height * 4).fill(this.grey ?? 0) }),
		};
	}
}

class FakeImage {
	src = "";

	async decode() {
		if (!greys.has(this.src)) throw new DOMException("", "EncodingError");
	}
}

/** @type {import("../../../src/state/state.js").State} */
let state;
/** @type {FakeCanvas} */
let shown;
const cutPicture = vi.fn(async (/** @type {object} */ source, ..._more) => ({
	...{ width: SIDE, height: SIDE, close: () => {} },
	...source,
}));
let stop = () => {};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
	vi.stubGlobal("document", { hidden: false, createElement: () => new FakeCanvas() });
	vi.stubGlobal("Image", FakeImage);
	vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
	vi.stubGlobal("createImageBitmap", cutPicture);
	cutPicture.mockClear();
	greys.clear();
	state = createState();
	shown = new FakeCanvas();
});
afterEach(() => {
	stop();
	stagePicture.value = null;
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Lets the comparison be made so many times. @param {number} [times] */
async function compare(times = 1) {
	for (let time = 0; time < times; time++) {
		vi.advanceTimersByTime(EVERY_MS);
		await new Promise((resolve) => setTimeout(resolve));
	}
}

/** @param {number} grey of what the camera sees */
function see(grey) {
	const video = /** @type {any} */ ({ readyState: 4, videoWidth: SIDE, videoHeight: SIDE, grey });
	state.camera.value = { ...state.camera.value, state: "on", video };
}

/** @param {Record<string, (string|null)[]>} classes the pictures' addresses */
function teach(classes) {
	state.classes.value = Object.entries(classes).map(
		([label, urls]) =>
			/** @type {any} */ ({
				...{ label, count: urls.length, isOff: false },
				examples: urls.map((thumbnailUrl, place) => ({ id: `${label}-${place}`, thumbnailUrl })),
			}),
	);
	const nearest = { id: "apple-0", label: "apple", distance: 0.1 };
	state.answer.value = /** @type {any} */ ({ label: "apple", neighbours: [nearest] });
}

function watch() {
	stop = watchTwoWays(/** @type {any} */ (state), /** @type {any} */ (shown));
}

/** The labels of the nearest by pixels; null: nothing is compared. */
const byPixels = () => twoWays.value?.byPixels.map(({ label }) => label) ?? null;

test("examples without a picture do not keep those with one from being compared", async () => {
	greys.set("blob:mug", 200);
	see(200);
	teach({ apple: Array(25).fill(null), mug: ["blob:mug"] });
	watch();
	await compare(2);
	expect(byPixels()).toEqual(["mug"]);
});

test("a picture that comes later is compared then", async () => {
	greys.set("blob:mug", 200).set("blob:apple", 10);
	see(200);
	teach({ apple: [null], mug: ["blob:mug"] });
	watch();
	await compare();
	teach({ apple: ["blob:apple"], mug: ["blob:mug"] });
	await compare();
	expect(byPixels()).toEqual(["mug", "apple"]);
});

test("a picture that can't be read is left out, and is not tried again", async () => {
	const decode = vi.spyOn(FakeImage.prototype, "decode");
	greys.set("blob:mug", 200);
	see(200);
	teach({ apple: ["blob:broken"], mug: ["blob:mug"] });
	watch();
	await compare(3);
	expect(byPixels()).toEqual(["mug"]);
	expect(decode).toHaveBeenCalledTimes(2);
});

test.each([
	["on", "blob:phone", ["mug", "apple"]],
	["paused", "blob:phone", ["mug", "apple"]],
	// What a device saw before it went is no longer asked about.
	["lost", "blob:phone", null],
	// The room shows no pictures.
	["on", null, null],
])("a phone that is %s, with the picture %s, is compared: %j", async (phoneState, pictureUrl, expected) => {
	greys.set("blob:mug", 200).set("blob:apple", 10).set("blob:phone", 190);
	state.phone.value = /** @type {any} */ ({ state: phoneState, key: "key", pictureUrl });
	teach({ apple: ["blob:apple"], mug: ["blob:mug"] });
	watch();
	await compare();
	expect(byPixels()).toEqual(expected);
});

test("a phone that has not come yet leaves the camera in its place", async () => {
	greys.set("blob:mug", 200).set("blob:apple", 10);
	see(10);
	state.phone.value = { state: "waiting", key: "key", pictureUrl: null };
	teach({ apple: ["blob:apple"], mug: ["blob:mug"] });
	watch();
	await compare();
	expect(byPixels()).toEqual(["apple", "mug"]);
});

/**
 * Puts a photo on the stage.
 * @param {Picture} picture
 */
function put(picture) {
	stagePicture.value = { url: "blob:photo", file: /** @type {any} */ (picture) };
}

test("a photo is decoded once, and made small", async () => {
	greys.set("blob:mug", 200).set("blob:apple", 10);
	teach({ apple: ["blob:apple"], mug: ["blob:mug"] });
	put({ grey: 200 });
	watch();
	await compare(4);
	expect(byPixels()).toEqual(["mug", "apple"]);
	expect(cutPicture.mock.calls.map(([, ...more]) => more)).toEqual([
		[],
		[0, 0, SIDE, SIDE, { resizeWidth: 96, resizeHeight: 96, resizeQuality: "medium" }],
	]);
});

test("another photo is another one, and so is the same after the camera", async () => {
	greys.set("blob:mug", 200).set("blob:apple", 10);
	teach({ apple: ["blob:apple"], mug: ["blob:mug"] });
	const [bright, dark] = [{ grey: 200 }, { grey: 10 }];
	watch();
	put(bright);
	await compare();
	expect(byPixels()).toEqual(["mug", "apple"]);
	put(dark);
	await compare();
	expect(byPixels()).toEqual(["apple", "mug"]);
	stagePicture.value = null;
	see(190);
	await compare();
	expect([byPixels(), shown.grey]).toEqual([["mug", "apple"], 190]);
	put(dark);
	await compare();
	// The canvas shows what is compared.
	expect([byPixels(), shown.grey]).toEqual([["apple", "mug"], 10]);
});

test("what is transparent lies on white, and not on the picture before", async () => {
	greys.set("blob:white", 250).set("blob:apple", 10);
	teach({ apple: ["blob:apple"], white: ["blob:white"] });
	see(10);
	watch();
	await compare();
	expect(byPixels()).toEqual(["apple", "white"]);
	put({ isClear: true });
	await compare();
	expect(byPixels()).toEqual(["white", "apple"]);
});
