let camera;
let answer = { text: "Getting ready…" };

function setup() {
	createCanvas(640, 480);
	camera = createCapture(VIDEO);
	camera.hide();
	guess();
}

function draw() {
	image(camera, 0, 0, width, height);
	textSize(48);
	text(answer.text, 20, 60);
}

async function guess() {
	const machine = await ShowAndTell.load("./");
	while (true) answer = await machine.classify(camera);
}
