// A choice of one option among a few: native radio buttons that look like one bar.

import { useId } from "preact/hooks";

/**
 * @template {string} V
 * @param {object} props
 * @param {string} props.legend
 * @param {V} props.value
 * @param {readonly {value: V, text: string}[]} props.options
 * @param {(value: V) => void} props.onChoose
 * @param {string} [props.explanation] of what is chosen now
 */
export function Choice({ legend, value, options, onChoose, explanation }) {
	const name = useId();
	return (
		<fieldset class="choice">
			<legend>{legend}</legend>
			<div class="choice-bar">
				{options.map((option) => (
					<label key={option.value}>
						<input
							type="radio"
							name={name}
							value={option.value}
							checked={option.value === value}
							onChange={() => onChoose(option.value)}
						/>
						<span>{option.text}</span>
					</label>
				))}
			</div>
			{explanation && <p class="explanation">{explanation}</p>}
		</fieldset>
	);
}
