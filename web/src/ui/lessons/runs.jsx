// Text of a lesson: runs, some of them bold or italic. No HTML comes in from the data.

/** @param {{runs: import("../../lessons/lesson.js").Run[]}} props */
export function Runs({ runs }) {
	return (
		<>
			{runs.map(({ text, style }, place) => {
				if (style === "strong") return <strong key={place}>{text}</strong>;
				if (style === "em") return <em key={place}>{text}</em>;
				return text;
			})}
		</>
	);
}
