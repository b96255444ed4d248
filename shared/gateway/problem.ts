/** What is wrong with an Ingress, as its owner is told: by an Event, and by `wherry ingress lint`. */
export interface Problem {
  /** CamelCase, as the reason of an Event. */
  readonly reason:
    | "UnsupportedAnnotation"
    | "PartialAnnotation"
    | "InvalidAnnotation"
    | "UnsupportedBackend"
    | "InvalidPath"
    | "IngressClassNotFound"
    | "SecretNotFound"
    | "InvalidCertificate"
    | "ConfigMapNotFound";
  readonly message: string;
}
