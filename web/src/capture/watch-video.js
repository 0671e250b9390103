// Notices every new frame of a playing video, at little cost to the page's thread; loop.js is told of them.
//
// A browser that is to report the next frame prepares a rendering at every refresh of the display: three for each frame of the
// camera, most of them needless. It also counts a video's frames, and to look at the count costs next to nothing. So the reports
// only begin, and show whether the count is right: not every browser counts the frames of a camera.

/** A playing video that brings no frame for so long is followed in another way. */
const SILENT_MS = 1000;
/** The count is used once it has grown as much as the reports did, so many times in a row. */
const AGREEMENTS = 5;
const LOOK_MS = 5;
/** The next frame does not come before this part of the time between the last two, and after no longer than this. */
const REST = 0.8;
const LONGEST_REST_MS = 40;

/** @param {HTMLVideoElement} video */
const countFrames = (video) => video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} onFrame
 * @returns {() => void} stops it
 * @example
 * const stop = watchVideo(video, () => requestAnimationFrame(draw));
 */
export function watchVideo(video, onFrame) {
	let frameAt = performance.now();
	/** How it is followed now. @type {(() => () => void)|null} */
	let way = null;
	let stopFollowing = () => {};

	function noteFrame() {
		frameAt = performance.now();
		onFrame();
	}

	/** @param {() => () => void} next begins, and returns how to stop */
	function follow(next) {
		stopFollowing();
		frameAt = performance.now();
		way = next;
		stopFollowing = next();
	}

	function followReports() {
		let agreements = 0;
		let counted = countFrames(video);
		let presented = 0;
		let request = video.requestVideoFrameCallback(note);
		/** @type {VideoFrameRequestCallback} */
		function note(_now, { presentedFrames }) {
			const count = countFrames(video);
			const isRight = count > counted && count - counted === presentedFrames - presented;
			agreements = isRight ? agreements + 1 : 0;
			counted = count;
			presented = presentedFrames;
			request = video.requestVideoFrameCallback(note);
			noteFrame();
			if (agreements === AGREEMENTS) follow(followCount);
		}
		return () => video.cancelVideoFrameCallback(request);
	}

	function followCount() {
		let counted = countFrames(video);
		let timer = setTimeout(look, LOOK_MS);
		function look() {
			const count = countFrames(video);
			if (count === counted) {
				timer = setTimeout(look, LOOK_MS);
				return;
			}
			counted = count;
			const rest = Math.min(REST * (performance.now() - frameAt), LONGEST_REST_MS);
			timer = setTimeout(look, Math.max(LOOK_MS, rest));
			noteFrame();
		}
		return () => clearTimeout(timer);
	}

	function followRepaints() {
		let lastTime = -1;
		let request = requestAnimationFrame(look);
		function look() {
			// Some browsers report no frames of a video that isn't in the page; its clock still runs.
			if (video.currentTime !== lastTime) {
				lastTime = video.currentTime;
				noteFrame();
			}
			request = requestAnimationFrame(look);
		}
		return () => cancelAnimationFrame(request);
	}

	const reports = "requestVideoFrameCallback" in video;
	follow(reports ? followReports : followRepaints);
	const silence = setInterval(() => {
		if (way === followRepaints || video.paused || document.hidden || performance.now() - frameAt < SILENT_MS) return;
		follow(way === followCount ? followReports : followRepaints);
	}, SILENT_MS);
	return () => {
		clearInterval(silence);
		stopFollowing();
	};
}
