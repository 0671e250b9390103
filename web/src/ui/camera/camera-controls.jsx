// The place of the camera's controls. It is kept while the camera is off, so that nothing moves when it starts.

import { selectPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const renderPlace = () => <div class="camera-controls" />;
const RunningControls = createLazyPart(
	async () => (await import("./running-controls.jsx")).RunningControls,
	renderPlace,
);

const PhoneControls = createLazyPart(async () => (await import("./phone-controls.jsx")).PhoneControls, renderPlace);

export function CameraControls() {
	const session = useSession();
	if (selectPhone(session)) return <PhoneControls />;
	const { state } = session.camera.value;
	return state === "on" || state === "paused" ? <RunningControls /> : renderPlace();
}
