// The picture of one example.

import { Icon } from "../widgets/icons.jsx";

/**
 * A thumbnail, or a stand-in for an example that another device added: its picture stayed there.
 * @param {{url: string|null}} props
 */
export function Picture({ url }) {
	if (url) return <img src={url} alt="" draggable={false} decoding="async" />;
	return (
		<span class="no-picture">
			<Icon name="picture" />
		</span>
	);
}
