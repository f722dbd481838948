// Serves emulate's GitHub on a free port until its input ends. The first line it reads says who and what there is;
// the first that it writes is the address.
import { createInterface } from "node:readline";

import { createEmulator } from "emulate";

const lines = createInterface({ input: process.stdin });
const { token, login, name } = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);
const server = await createEmulator({
  service: "github",
  port: 0,
  seed: {
    tokens: { [token]: { login, scopes: ["repo"] } },
    github: { users: [{ login }], repos: [{ owner: login, name, auto_init: true }] },
  },
});
console.log(server.url);
lines.on("close", () => server.close().then(() => process.exit(0)));
