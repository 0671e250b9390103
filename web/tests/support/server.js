// A real server in a process of its own, for tests of the modules that speak to it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PYTHON = `${ROOT}/.venv/bin/python`;

/** A server that can be killed, and started again at the same address: without its memory, as its data folder is new. */
export class TestServer {
	/** @type {import("node:child_process").ChildProcess|null} */
	#process = null;
	/** Where its rooms are, while it runs or keeps them. */
	folder = "";
	port = 0;
	/** Whether it finds its rooms again when it is started again. */
	keepsRooms = false;

	/** @returns {string} the address of a page that it serves */
	get base() {
		return `http://127.0.0.1:${this.port}/`;
	}

	/** @param {Record<string, string>} [environment] settings, as SHOWTELL_… */
	async start(environment = {}) {
		for (let attempts = 20; ; attempts -= 1) {
			try {
				return await this.#spawn(environment);
			} catch (error) {
				// Another program's connection may have the port for a moment, once the server was killed.
				if (this.port === 0 || attempts === 0 || !String(error).includes("is taken")) throw error;
				await delay(250);
			}
		}
	}

	/** @param {Record<string, string>} environment */
	async #spawn(environment) {
		// Never this user's own folder: tests run side by side, and a folder has one server.
		if (!this.keepsRooms) this.#removeFolder();
		this.folder ||= mkdtempSync(join(tmpdir(), "rooms-"));
		const args = ["-m", "server", "--port", String(this.port), "--data", this.folder];
		// A process group of its own: the signals below must reach the server's process and its worker.
		const child = spawn(PYTHON, args, {
			cwd: ROOT,
			detached: true,
			env: { ...process.env, ...environment, PYTHONUNBUFFERED: "1" },
		});
		this.#process = child;
		let output = "";
		await new Promise((resolve, reject) => {
			child.on("error", reject);
			child.on("exit", () => reject(new Error(`the server did not start (${PYTHON}; make setup makes it): ${output}`)));
			child.stderr.on("data", (chunk) => {
				output += chunk;
			});
			child.stdout.on("data", (chunk) => {
				output += chunk;
				const address = /127\.0\.0\.1:(\d+)/.exec(output);
				if (!address) return;
				this.port = Number(address[1]);
				resolve(undefined);
			});
		});
	}

	/** Ends it at once, as a power cut does. */
	async kill() {
		const child = this.#process;
		this.#process = null;
		if (!child || child.exitCode !== null) return;
		child.removeAllListeners("exit");
		const exited = once(child, "exit");
		this.#signal(child, "SIGKILL");
		await exited;
		if (!this.keepsRooms) this.#removeFolder();
	}

	/**
	 * Does something with its rooms while it is stopped, and then starts it at the same address.
	 * @param {() => Promise<unknown>} change
	 */
	async restartAfter(change) {
		this.keepsRooms = true;
		await this.kill();
		await change();
		await this.start();
		this.keepsRooms = false;
	}

	/** @param {...string} words a command for its rooms, without its place; the server may go on */
	async command(...words) {
		return (await run(PYTHON, ["-m", "server", ...words, "--data", this.folder], { cwd: ROOT })).stdout;
	}

	#removeFolder() {
		if (this.folder) rmSync(this.folder, { recursive: true, force: true });
		this.folder = "";
	}

	/** Stops it without ending it: connections stay open, and nothing is answered. */
	async freeze() {
		const child = this.#process;
		if (!child) return;
		this.#signal(child, "SIGSTOP");
		// The signal takes a moment; a request meanwhile would still be answered.
		let states = "";
		do {
			const { stdout } = await run("ps", ["-A", "-o", "pgid=,state="]);
			states = stdout
				.split("\n")
				.map((line) => line.trim().split(/\s+/))
				.filter(([group]) => Number(group) === child.pid)
				.map(([, state]) => state[0])
				.join("");
		} while (/[^TZ]/.test(states));
	}

	/** Continues after `freeze`. */
	thaw() {
		if (this.#process) this.#signal(this.#process, "SIGCONT");
	}

	/**
	 * @param {import("node:child_process").ChildProcess} child
	 * @param {NodeJS.Signals} signal
	 */
	#signal({ pid }, signal) {
		if (pid) process.kill(-pid, signal);
	}
}
