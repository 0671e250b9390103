// Three things in a viewfinder: decoration, hidden from screen readers.

export function Illustration() {
	return (
		<svg class="illustration" viewBox="0 0 220 120" aria-hidden="true" focusable="false">
			<path
				class="finder"
				d="M14 30V16a6 6 0 0 1 6-6h14M186 10h14a6 6 0 0 1 6 6v14M206 90v14a6 6 0 0 1-6 6h-14M34 110H20a6 6 0 0 1-6-6V90"
			/>
			<g data-slot="0">
				<path class="thing" d="M60 48c-13-8-25 2-23 17 2 14 11 24 18 21 3-1 6-1 9 0 8 3 17-8 18-21 2-15-9-25-22-17z" />
				<path class="stroke" d="M60 47c0-6 2-10 7-13" />
			</g>
			<g data-slot="4">
				<path class="thing" d="M93 40c1 22 15 39 39 38 4 0 5 4 1 6-24 9-48-9-47-41 0-5 7-7 7-3z" />
			</g>
			<g data-slot="2">
				<path class="thing" d="M146 52h34v20a15 15 0 0 1-15 15h-4a15 15 0 0 1-15-15z" />
				<path class="stroke" d="M180 57h5a8 8 0 0 1 0 16h-6M155 43c-3-4 3-6 0-10M167 43c-3-4 3-6 0-10" />
			</g>
		</svg>
	);
}
