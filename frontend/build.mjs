// Builds the console page into the integration: the same bytes from the same sources, wherever it runs.

import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const [out = `${here}../custom_components/iot_secure_gateway/console/static/console.js`] =
  process.argv.slice(2);

await build({
  absWorkingDir: here,
  entryPoints: ["src/panel.ts"],
  outfile: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
  charset: "utf8",
  banner: { js: "// Built by scripts/frontend from frontend/src.." },
});
