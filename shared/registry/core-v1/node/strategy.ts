import type { Node } from "../../../api/core-v1/node.ts";
import { strategy, withStatusOf } from "../../strategy.ts";
import { validateNode, validateNodeUpdate } from "./validation.ts";

const complete = (node: Partial<Node> & Omit<Node, "spec" | "status">): Node => ({
  ...node,
  spec: node.spec ?? {},
  status: node.status ?? {},
});

export const nodeStrategy = strategy<Node>({
  // A kubelet registers its node with the status in it, so it stands.
  prepareForCreate: complete,
  prepareForUpdate: (node, old) => complete(withStatusOf(node, old)),
  prepareForStatusUpdate: (node, old) => complete({ ...old, metadata: node.metadata, status: node.status }),
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
});
