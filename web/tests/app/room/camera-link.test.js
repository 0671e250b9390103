// The link that makes a device a camera: only its own kind is one.

import { expect, test } from "vitest";
import { cameraKeyOf, cameraLink } from "../../../src/app/room/camera-link.js";
import { newSecret } from "../../../src/app/room/secrets.js";

test("the key of a link is found again", () => {
	const key = newSecret();
	expect(cameraKeyOf(new URL(cameraLink("https://school.example/?room=KIWI-42", key)).hash)).toBe(key);
});

test.each([
	"",
	"#",
	"#camera=",
	"#camera=short",
	`#camera=${"x".repeat(65)}`,
	"#camera=a/channel/of/another",
	"#owner=qsd1yq5UVfzOkqDVKcXVTA",
])("%s makes no camera", (hash) => {
	expect(cameraKeyOf(hash)).toBeNull();
});
