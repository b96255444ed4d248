import { IMAGE_RULES_CONFIG_MAP } from "../shared/proxy/image-rules.ts";
import { createKubeClient } from "./kube-client.ts";

/** Keeps the rules of `--image` where the router reads them, under a key of their own: other keys are the user's. */
export async function applyImageRules(api: string, rules: readonly string[]): Promise<void> {
  if (rules.length === 0) return;
  const { namespace, name } = IMAGE_RULES_CONFIG_MAP;
  await createKubeClient(api).createOrMerge(`/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { rules: rules.map((rule) => `${rule}\n`).join("") },
  });
}
