// The answer for people who use a screen reader.

import { useEffect, useMemo, useState } from "preact/hooks";
import { selectAnswer } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { createAnnouncer } from "../widgets/announcer.js";
import { describeAnswer } from "./answer-words.js";

export function AnswerAnnouncer() {
	const session = useSession();
	const [announcement, setAnnouncement] = useState("");
	const announcer = useMemo(() => createAnnouncer(setAnnouncement), []);
	useEffect(() => () => announcer.stop(), [announcer]);
	const answer = selectAnswer(session);
	const text = answer === null ? "" : describeAnswer(answer).spoken;
	useEffect(() => announcer.announce(text), [announcer, text]);
	return (
		<p class="visually-hidden" role="status">
			{announcement}
		</p>
	);
}
