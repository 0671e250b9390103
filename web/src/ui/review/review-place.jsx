// The place of the queue of examples. Its code is loaded when it is first opened.

import { tellMissing } from "../context/page-commands.js";
import { reviewed } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { findLasting } from "../widgets/keep-focus.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const ExampleReview = createLazyPart(async () => (await import("./example-review.jsx")).ExampleReview);

export function ReviewPlace() {
	const session = useSession();
	const open = reviewed.value;
	const close = () => {
		reviewed.value = null;
		// What was reviewed may have ended the advice that opened this.
		const next = open?.anchor.isConnected ? open.anchor : findLasting();
		if (next instanceof HTMLElement) next.focus();
	};
	const onFailed = () => {
		reviewed.value = null;
		tellMissing(session);
	};
	return open && <ExampleReview ids={open.ids} onClose={close} onFailed={onFailed} />;
}
