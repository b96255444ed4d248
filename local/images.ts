import { IMAGE_RULES_CONFIG_MAP } from "../shared/proxy/image-rules.ts";
import type { KubeClient } from "./kube-client.ts";

/** Keeps the rules of `--image` where the router reads them, under a key of their own: other keys are the user's. */
export async function applyImageRules(client: KubeClient, rules: readonly string[]): Promise<void> {
  if (rules.length === 0) return;
  const { namespace, name } = IMAGE_RULES_CONFIG_MAP;
  await client.createOrMerge(`/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { rules: rules.map((rule) => `${rule}\n`).join("") },
  });
}
