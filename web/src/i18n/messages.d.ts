// The two parts of each language's messages, see scripts/messages.js.

declare module "*.json?first" {
	const messages: Record<string, string | Record<string, string>>;
	export default messages;
}

declare module "*.json?later" {
	const messages: Record<string, string | Record<string, string>>;
	export default messages;
}
