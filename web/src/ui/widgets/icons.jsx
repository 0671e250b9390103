// Line icons, kept here so that the page loads nothing from elsewhere. All are decoration: the words beside them, or the
// button's label, say what they mean.

const PATHS = /** @type {const} */ ({
	camera:
		"M3 8.5A1.5 1.5 0 0 1 4.5 7H7l1.5-2h7L17 7h2.5A1.5 1.5 0 0 1 21 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5zM12 16a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
	flip: "M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5",
	pause: "M8.5 5v14M15.5 5v14",
	play: "M7 4.8v14.4l12-7.2z",
	off: "M4 4l16 16M8.5 5H7.5L6.5 7M9.5 5h6L17 7h2.5A1.5 1.5 0 0 1 21 8.5v8M17 17H4.5A1.5 1.5 0 0 1 3 15.5v-7c0-.5.2-.9.5-1.2",
	mirror: "M12 3v18M8.5 7 3.5 17h5zM15.5 7l5 10h-5z",
	eye: "M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
	eyeOff:
		"M4 4l16 16M9 6.5a9 9 0 0 1 3-.5c6 0 9.5 6 9.5 6s-.9 1.6-2.6 3.2M15.2 17.3a9 9 0 0 1-3.2.7c-6 0-9.5-6-9.5-6s1.2-2.1 3.4-3.9",
	crop: "M7 2.5V17h14.5M2.5 7H17v14.5",
	heat: "M12 3c.6 3.2 5.5 5.6 5.5 10.6a5.5 5.5 0 0 1-11 0c0-2.3 1.2-3.7 2.2-4.9.4 1.5 1 2.2 1.8 2.6C10 8.5 10.4 5.4 12 3z",
	upload: "M12 16V4.5M7 9l5-5 5 5M4 16.5v2A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5v-2",
	trash: "M4.5 6.5h15M9.5 6V4.5h5V6M6.5 6.5 7.3 20h9.4l.8-13.5M10 10.5v6M14 10.5v6",
	plus: "M12 5v14M5 12h14",
	minus: "M5 12h14",
	lasso:
		"M7.5 15.8C5 14.9 3.5 13.1 3.5 11c0-3.6 3.8-6.5 8.5-6.5s8.5 2.9 8.5 6.5-3.8 6.5-8.5 6.5h-1M8 18.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 18.5c0 1.5-.8 2.5-2.5 3",
	down: "M6 9.5l6 6 6-6",
	check: "M5 12.5 10 17.5 19.5 7",
	close: "M6 6l12 12M18 6 6 18",
	server: "M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5h.01M7.5 16.5h.01",
	laptop: "M5.5 5h13v10.5h-13zM2.5 19h19",
	bell: "M6 16.5h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4zM10.5 19.5a1.7 1.7 0 0 0 3 0M12 5.5V4",
	bellOff: "M4 4l16 16M6 16.5h10.5M7.5 14v-4c0-.7.2-1.4.5-2M10 6a4.5 4.5 0 0 1 6.5 4v3M10.5 19.5a1.7 1.7 0 0 0 3 0",
	settings:
		"M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
	lessons: "M12 6.5c-2-1.5-5-2-8.5-2v13c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2v-13c-3.5 0-6.5.5-8.5 2zM12 6.5v13",
	link: "M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.5 5.8M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.1-1.1",
	people:
		"M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 5a3.5 3.5 0 0 1 0 6.5M18 15c2 .8 3.2 2.5 3.5 5",
	phone:
		"M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2",
	picture: "M4 4.5h16v15H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5h.01",
	warning: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17h.01",
	redo: "M15.5 5 20 9.5 15.5 14M19.5 9.5H10a5.5 5.5 0 0 0 0 11h3",
	undo: "M8.5 5 4 9.5 8.5 14M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3",
	external:
		"M13.5 4.5h6v6M19.5 4.5 11 13M17.5 14v4A1.5 1.5 0 0 1 16 19.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4",
	save: "M5 4.5h11l3 3V19.5H5zM8 4.5v5h7v-5M8 19.5v-6h8v6",
	folder: "M3.5 6.5h6l2 2.5h9v10h-17z",
	copies: "M8.5 8.5h11v11h-11zM5.5 15.5h-1v-11h11v1",
	overlap: "M9 17.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM15 17.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z",
	swap: "M4 8.5h15M15.5 5 19 8.5 15.5 12M20 15.5H5M8.5 12 5 15.5 8.5 19",
	scale: "M12 4.5v15M8 19.5h8M4.5 8.5l15-3M4.5 8.5 2 14.5h5zM19.5 5.5 17 11.5h5z",
	more: "M19.5 11V4.5h-15v15H11M17 14v6M14 17h6",
	record: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
	coach: "M9.5 18h5M10 21h4M12 3a6 6 0 0 1 3.5 10.9c-.6.5-1 1.1-1 1.9v.2h-5v-.2c0-.8-.4-1.4-1-1.9A6 6 0 0 1 12 3z",
	below: "M4 4.5h16v15H4zM4 13h16",
	beside: "M4 4.5h16v15H4zM13 4.5v15",
	full: "M9 4.5H4.5V9M15 4.5h4.5V9M9 19.5H4.5V15M15 19.5h4.5V15",
	small: "M4.5 9H9V4.5M19.5 9H15V4.5M4.5 15H9v4.5M19.5 15H15v4.5",
	fold: "M4 4.5h16v15H4zM9 4.5v15M16 9.5 13.5 12l2.5 2.5",
	unfold: "M4 4.5h16v15H4zM9 4.5v15M13.5 9.5 16 12l-2.5 2.5",
	present: "M3.5 4.5h17v11h-17zM12 15.5v4M8 19.5h8",
	letters: "M3 18.5 8 5l5 13.5M4.8 14h6.4M18 18.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM21.2 12v6.5",
	cards: "M4 4.5h7v7H4zM13 4.5h7v7h-7zM4 13.5h7v6H4zM13 13.5h7v6h-7z",
	why: "M9 9a3.2 3.2 0 1 1 4.7 2.8c-1 .6-1.7 1.3-1.7 2.7M12 18h.01M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z",
});

/** Those that point to the start or the end of a line: mirrored where it is read from right to left. */
const POINTING = /** @type {readonly (keyof typeof PATHS)[]} */ ([
	"undo",
	"redo",
	"external",
	"fold",
	"unfold",
	"beside",
]);

/** @param {{name: keyof typeof PATHS, size?: number}} props size in px */
export function Icon({ name, size = 20 }) {
	return (
		<svg
			class="icon"
			data-points={POINTING.includes(name)}
			width={size}
			height={size}
			viewBox="0 0 24 24"
			aria-hidden="true"
			focusable="false"
		>
			<path d={PATHS[name]} />
		</svg>
	);
}
