// The answer for people who use a screen reader.

import { useEffect, useMemo, useState } from "preact/hooks";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer } from "../context/steady.js";
import { createAnnouncer } from "../widgets/announcer.js";
import { describeAnswer } from "./answer-words.js";

export function AnswerAnnouncer() {
	const session = useSession();
	const [announcement, setAnnouncement] = useState("");
	const announcer = useMemo(() => createAnnouncer(setAnnouncement), []);
	useEffect(() => () => announcer.stop(), [announcer]);
	const answer = selectSteadyAnswer(session, "words");
	const text = answer === null ? "" : describeAnswer(answer).spoken;
	useEffect(() => announcer.announce(text), [announcer, text]);
	return (
		<p class="visually-hidden" role="status">
			{announcement}
		</p>
	);
}
