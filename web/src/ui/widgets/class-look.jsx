// A class as one knows it again: its colour, its emoji and its name. What it is in has `data-slot`, which says the colour.

/** @param {{label: string, emoji: string|null}} props */
export const ClassLook = ({ label, emoji }) => (
	<>
		<i class="swatch" />
		<bdi class="name">
			{emoji && <span aria-hidden="true">{emoji} </span>}
			{label}
		</bdi>
	</>
);
