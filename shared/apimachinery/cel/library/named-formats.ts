/** The formats that `format.<name>()` gives: what is wrong with a text, if anything. */
import { parseTimestamp } from "../time.ts";
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isQualifiedName,
  type Check,
} from "../../validation.ts";
import { parseURL } from "./url.ts";

/** A prefix that a name is generated from may end with dashes. */
const prefixOf =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith("-") ? `${text.slice(0, -1)}a` : text);

const matching =
  (pattern: RegExp, complaint: string): Check =>
  (text) =>
    pattern.test(text) ? [] : [complaint];

const isDate: Check = (text) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== null ? [] : ["invalid date"];

export const NAMED_FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["dns1123Label", isDNS1123Label],
  ["dns1123Subdomain", isDNS1123Subdomain],
  ["dns1035Label", isDNS1035Label],
  ["qualifiedName", isQualifiedName],
  ["dns1123LabelPrefix", prefixOf(isDNS1123Label)],
  ["dns1123SubdomainPrefix", prefixOf(isDNS1123Subdomain)],
  ["dns1035LabelPrefix", prefixOf(isDNS1035Label)],
  ["labelValue", isLabelValue],
  ["uri", (text) => (parseURL(text) === null ? [`parse ${JSON.stringify(text)}: invalid URI for request`] : [])],
  [
    "uuid",
    matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, "does not match the UUID format"),
  ],
  ["byte", matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "invalid base64")],
  ["date", isDate],
  ["datetime", (text) => (parseTimestamp(text) === null ? ["invalid datetime"] : [])],
]);
