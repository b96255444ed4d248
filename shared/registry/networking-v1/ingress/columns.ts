import type { Ingress } from "../../../api/networking-v1/ingress.ts";
import { ageColumn, firstThree, nameColumn, NONE, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const ANY_HOST = "*";

const hosts = ({ spec }: Ingress): string =>
  firstThree(
    (spec.rules ?? []).flatMap(({ host = "" }) => (host === "" ? [] : [host])),
    ANY_HOST,
  );

const addresses = ({ status }: Ingress): string =>
  [...new Set((status.loadBalancer.ingress ?? []).flatMap((i) => i.ip ?? i.hostname ?? []))].sort().join(",");

export const ingressColumns: readonly PrinterColumn<Ingress>[] = [
  nameColumn,
  text("Class", "The IngressClass that serves it.", ({ spec }) => spec.ingressClassName ?? NONE),
  text("Hosts", "The hosts that its rules name.", hosts),
  text("Address", "Where it is reached.", addresses),
  text("Ports", "80, and 443 with a certificate.", ({ spec }) => ((spec.tls ?? []).length === 0 ? "80" : "80, 443")),
  ageColumn,
];
