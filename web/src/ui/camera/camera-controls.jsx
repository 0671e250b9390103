// The place of the camera's controls. It is kept while the camera is off, so that nothing moves when it starts.

import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const renderPlace = () => <div class="camera-controls" />;
const RunningControls = createLazyPart(
	async () => (await import("./running-controls.jsx")).RunningControls,
	renderPlace,
);

export function CameraControls() {
	const session = useSession();
	const { state } = session.camera.value;
	return state === "on" || state === "paused" ? <RunningControls /> : renderPlace();
}
