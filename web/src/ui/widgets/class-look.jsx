// A class as one knows it again: its colour, its emoji and its name. What it is in has `data-slot`, which says the colour.

/** @param {{label: string, emoji: string|null}} props */
export const ClassLabel = ({ label, emoji }) => (
	<bdi class="name">
		{emoji && <span aria-hidden="true">{emoji} </span>}
		{label}
	</bdi>
);

/** @param {{label: string, emoji: string|null}} props */
export const ClassLook = ({ label, emoji }) => (
	<>
		<i class="swatch" />
		<ClassLabel label={label} emoji={emoji} />
	</>
);
