import type { ReplicaSet } from "../../../api/apps-v1/replica-set.ts";
import type { FieldError } from "../../../apimachinery/field-error.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { validateWorkload } from "../workload-validation.ts";

export const validateReplicaSet = ({ spec }: ReplicaSet): readonly FieldError[] => validateWorkload(spec);

export const validateReplicaSetUpdate = (replicaSet: ReplicaSet, old: ReplicaSet): readonly FieldError[] =>
  validateImmutable(replicaSet.spec.selector, old.spec.selector, "spec.selector");
