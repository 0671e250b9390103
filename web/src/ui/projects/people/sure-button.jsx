// A button for what can't be taken back: pressed once it asks, pressed again it does it.

import { useState } from "preact/hooks";

/** @param {{text: string, sure: string, onSure: () => void}} props sure: the question */
export function SureButton({ text, sure, onSure }) {
	const [isAsked, setIsAsked] = useState(false);
	return (
		<button
			type="button"
			class={isAsked ? "danger" : ""}
			onClick={() => {
				setIsAsked(!isAsked);
				if (isAsked) onSure();
			}}
			onBlur={() => setIsAsked(false)}
		>
			{isAsked ? sure : text}
		</button>
	);
}
