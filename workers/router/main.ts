/** Ships this Worker alone: `wrangler deploy --env router`. */
export { Router as default, Router } from "./index.ts";
