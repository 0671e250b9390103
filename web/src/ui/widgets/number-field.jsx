// A whole number within its bounds: what is beyond becomes the nearest, what is none changes nothing.

/** @param {{text: string, value: number, least: number, most: number, onChange: (value: number) => void}} props */
export const NumberField = ({ text, value, least, most, onChange }) => (
	<label class="field">
		<span>{text}</span>
		<input
			type="number"
			inputMode="numeric"
			min={least}
			max={most}
			value={value}
			onChange={({ currentTarget: field }) => {
				const wanted = Math.round(field.valueAsNumber);
				const next = Number.isNaN(wanted) ? value : Math.min(Math.max(wanted, least), most);
				// Also where it stays as it was, and nothing is drawn anew.
				field.value = String(next);
				onChange(next);
			}}
		/>
	</label>
);
