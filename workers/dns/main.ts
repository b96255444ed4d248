/** Ships this Worker alone: `wrangler deploy --env dns`. */
export { Dns as default, Dns } from "./index.ts";
