/** Ships this Worker alone: `wrangler deploy --env ingress`. */
export { Ingress as default, Ingress } from "./index.ts";
