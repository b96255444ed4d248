/** Taints keep Pods away from a node that do not tolerate them (kubernetes `v1helper.TolerationsTolerateTaint`). */
import type { Taint } from "../../api/core-v1/node.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import type { Toleration } from "../../api/core-v1/scheduling.ts";

/** Without an effect a toleration is of all effects, without a key (then with `Exists`) of all keys. */
function covers({ key = "", operator = "Equal", value = "", effect = "" }: Toleration, taint: Taint): boolean {
  if (effect !== "" && effect !== taint.effect) return false;
  if (key !== "" && key !== taint.key) return false;
  if (operator === "Exists") return true;
  return key !== "" && value === (taint.value ?? "");
}

export const tolerationsOf = ({ spec }: Pod, taint: Taint): readonly Toleration[] =>
  (spec.tolerations ?? []).filter((toleration) => covers(toleration, taint));

export const tolerates = (pod: Pod, taint: Taint): boolean => tolerationsOf(pod, taint).length > 0;
