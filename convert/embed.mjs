// Embeds pictures with a converted model, by the TF.js that the page uses, in Node.
//
//   node convert/embed.mjs MODEL_FOLDER PICTURES OUTPUT_FOLDER NAME...
//
// PICTURES holds uint8 (n, size, size, 3), nothing else. For each NAME, embedding or features, writes OUTPUT_FOLDER/NAME.f32:
// (n, d) or (n, h, w, d), little-endian float32. Run by convert/tfjs.py.

import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const tf = require("@tensorflow/tfjs-core");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");

/**
 * Reads a model folder as TF.js expects it from its loaders.
 *
 * @param {string} folder
 * @returns {import("@tensorflow/tfjs-core").io.IOHandler}
 */
function fromFolder(folder) {
  return {
    async load() {
      const model = JSON.parse(readFileSync(join(folder, manifest.model), "utf8"));
      const shards = model.weightsManifest.flatMap((group) => group.paths);
      const bytes = Buffer.concat(shards.map((path) => readFileSync(join(folder, path))));
      return {
        modelTopology: model.modelTopology,
        signature: model.signature,
        weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
        weightData: new Uint8Array(bytes).buffer,
      };
    },
  };
}

const [modelFolder, picturesFile, outputFolder, ...names] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(modelFolder, "manifest.json"), "utf8"));
const { size, channels } = manifest.input;

setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
const model = await loadGraphModel(fromFolder(modelFolder));

const picture = new Uint8Array(size * size * channels);
const count = statSync(picturesFile).size / picture.length;
const pictures = openSync(picturesFile, "r");
const outputs = names.map((name) => openSync(join(outputFolder, `${name}.f32`), "w"));
for (let i = 0; i < count; i++) {
  readSync(pictures, picture, 0, picture.length, i * picture.length);
  const results = tf.tidy(() => model.execute(tf.tensor(Float32Array.from(picture), [1, size, size, channels]), names.map((name) => manifest.outputs[name].name)));
  for (const [at, result] of [results].flat().entries()) {
    writeSync(outputs[at], new Uint8Array((await result.data()).slice().buffer));
    result.dispose();
  }
}
for (const file of [pictures, ...outputs]) closeSync(file);
