import { ShowAndTell } from "./show-and-tell.js";

const video = document.querySelector("video");
const output = document.querySelector("output");
const machine = await ShowAndTell.load("./");
video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
await video.play();
for (;;) {
	const answer = await machine.classify(video);
	output.textContent = answer.text;
}
