// The place of the sheet that makes a phone the camera. Its code is loaded when it is first opened.

import { tellMissing } from "../../context/page-commands.js";
import { isInvitingPhone } from "../../context/phone.js";
import { useSession } from "../../context/session-context.js";
import { createLazyPart } from "../../widgets/lazy-part.jsx";

const PhoneSheet = createLazyPart(async () => (await import("./phone-sheet.jsx")).PhoneSheet);

export function PhonePlace() {
	const session = useSession();
	const onFailed = () => {
		isInvitingPhone.value = false;
		tellMissing(session);
	};
	return isInvitingPhone.value ? <PhoneSheet onFailed={onFailed} /> : null;
}
