// A popup with selected pictures; what it shows is loaded when it is first opened.

import { pictureSelection } from "../context/page-state.js";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { Popup } from "../widgets/popup.jsx";

const SelectedPictures = createLazyPanel(async () => (await import("./selected-pictures.jsx")).SelectedPictures);

export function ExamplesPopup() {
	const looking = pictureSelection.value;
	if (looking === null) return null;
	return (
		<Popup
			anchor={looking.anchor}
			title={looking.title}
			wide
			onClose={() => {
				pictureSelection.value = null;
			}}
		>
			<SelectedPictures />
		</Popup>
	);
}
