import type { UserInfo } from "../../api/authentication-v1/reviews.ts";

/** Whoever gets past the door, as kubeadm calls the administrator whose kubeconfig it writes. */
export const ADMINISTRATOR: UserInfo = {
  username: "kubernetes-admin",
  groups: ["system:masters", "system:authenticated"],
};
