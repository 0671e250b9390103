// A list of classes to choose one of: where an example is to go, or what a photo is.

import { ClassLook } from "../widgets/class-look.jsx";

/**
 * @param {object} props
 * @param {readonly import("../../app/session.js").ClassView[]} props.classes
 * @param {(label: string) => void} props.onChoose
 */
export const ClassMenu = ({ classes, onChoose }) => (
	<div class="menu-scroll">
		{classes.map(({ label, colour, emoji }) => (
			<button key={label} type="button" class="menu-item" data-slot={colour} onClick={() => onChoose(label)}>
				<ClassLook label={label} emoji={emoji} />
			</button>
		))}
	</div>
);
