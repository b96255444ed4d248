/** The Kubernetes release whose API and behaviour Wherry has; kubectl compares its minor version with its own. */
export const KUBERNETES_VERSION = "v1.35.0";
