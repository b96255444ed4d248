import type { LimitRange, LimitRangeItem } from "../../../api/core-v1/limit-range.ts";
import { duplicate, forbidden, invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { quantityInNanos } from "../../../apimachinery/quantity.ts";
import { resourceEntries, validateResourceName } from "../resource-list-validation.ts";

const TYPES = new Set(["Pod", "Container", "PersistentVolumeClaim"]);
const RESOURCES = new Set(["cpu", "memory", "ephemeral-storage", "storage"]);
const LISTS = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

export const validateLimitRange = ({ spec }: LimitRange): readonly FieldError[] =>
  (spec?.limits ?? []).flatMap((item, i, limits) => {
    const path = `spec.limits[${i}]`;
    const again = limits.findIndex(({ type }) => type === item.type) < i;
    return [
      ...validateResourceName(item.type, `${path}.type`, TYPES, "must be a standard limit type or fully qualified"),
      ...(again ? [duplicate(`${path}.type`, item.type)] : []),
      ...validateItem(item, path),
    ];
  });

function validateItem(item: LimitRangeItem, path: string): readonly FieldError[] {
  const ofPod = item.type === "Pod";
  return [
    ...LISTS.flatMap((list) =>
      resourceEntries(item[list] ?? {}, `${path}.${list}`).flatMap(({ name, field }) =>
        name.startsWith("hugepages-")
          ? []
          : validateResourceName(name, field, RESOURCES, "must be a standard resource type or fully qualified"),
      ),
    ),
    ...(ofPod && item.default !== undefined
      ? [forbidden(`${path}.default`, "may not be specified when `type` is 'Pod'")]
      : []),
    ...(ofPod && item.defaultRequest !== undefined
      ? [forbidden(`${path}.defaultRequest`, "may not be specified when `type` is 'Pod'")]
      : []),
    ...validateClaim(item, path),
    ...validateOrder(item, path),
  ];
}

function validateClaim({ type, min = {}, max = {} }: LimitRangeItem, path: string): readonly FieldError[] {
  const named = Object.hasOwn(min, "storage") || Object.hasOwn(max, "storage");
  return type === "PersistentVolumeClaim" && !named
    ? [required(`${path}.limits`, "either minimum or maximum storage value is required, but neither was provided")]
    : [];
}

/** Each must not be more than the next. */
const ORDER = [
  ["min", "max"],
  ["defaultRequest", "max"],
  ["default", "max"],
  ["defaultRequest", "default"],
  ["min", "defaultRequest"],
  ["min", "default"],
] as const;

const WORDS = { min: "min", max: "max", default: "default", defaultRequest: "default request" } as const;
/** Which of the two values a complaint is about. */
const ABOUT: ReadonlySet<string> = new Set(["default", "defaultRequest"]);

function validateOrder(item: LimitRangeItem, path: string): readonly FieldError[] {
  return ORDER.flatMap(([lesser, greater]) => {
    const most = item[greater] ?? {};
    return resourceEntries(item[lesser] ?? {}, `${path}.${lesser}`).flatMap(({ name, quantity }) => {
      if (!Object.hasOwn(most, name)) return [];
      const bound = most[name] ?? 0;
      if ((quantityInNanos(quantity) ?? 0n) <= (quantityInNanos(bound) ?? 0n)) return [];
      const field = `${path}.${ABOUT.has(lesser) ? lesser : ABOUT.has(greater) ? greater : lesser}[${name}]`;
      const value = String(ABOUT.has(lesser) || !ABOUT.has(greater) ? quantity : bound);
      return [
        invalid(field, value, `${WORDS[lesser]} value ${quantity} is greater than ${WORDS[greater]} value ${bound}`),
      ];
    });
  });
}
