import path from "node:path";
import { fileURLToPath } from "node:url";

const shared = { migrations: { directory: "./migrations", loadExtensions: [".mjs"] } };

export default { client: "pg", ...shared };
