/** Who a client is. Whoever gets past `auth.ts` is the cluster's administrator, and may speak as anybody. */
import type { UserInfo } from "../../shared/api/authentication-v1/reviews.ts";

const AUTHENTICATED = "system:authenticated";

/** As kubeadm calls the administrator whose kubeconfig it writes. */
export const ADMINISTRATOR: UserInfo = { username: "kubernetes-admin", groups: ["system:masters", AUTHENTICATED] };

/** The administrator, or whom the request impersonates (`kubectl --as`). */
export function userOf(headers: Headers): UserInfo {
  const username = headers.get("impersonate-user") ?? "";
  if (username === "") return ADMINISTRATOR;
  // Several headers of one name arrive as one, separated by commas; no group's name holds one.
  const groups = (headers.get("impersonate-group") ?? "").split(",").map((group) => group.trim());
  const uid = headers.get("impersonate-uid");
  const named = [...groups.filter((group) => group !== "" && group !== AUTHENTICATED), AUTHENTICATED];
  return { username, ...(uid === null ? {} : { uid }), groups: named };
}
