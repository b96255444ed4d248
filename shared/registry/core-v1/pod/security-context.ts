/** Security settings of Pods and containers. */
import {
  atomic,
  boolean,
  enumeration,
  int64,
  list,
  message,
  named,
  object,
  pointer,
  required,
  string,
} from "../../schema/declare.ts";

export const securityContextSchema = message(
  "io.k8s.api.core.v1.SecurityContext",
  "Security settings of one container.",
  () => ({
    capabilities: object(capabilitiesSchema),
    privileged: boolean(pointer),
    seLinuxOptions: object(seLinuxOptionsSchema),
    windowsOptions: object(windowsSecurityContextOptionsSchema),
    runAsUser: int64(pointer),
    runAsGroup: int64(pointer),
    runAsNonRoot: boolean(pointer),
    readOnlyRootFilesystem: boolean(pointer),
    allowPrivilegeEscalation: boolean(pointer),
    procMount: enumeration("v1.ProcMountType", ["Default", "Unmasked"], pointer),
    seccompProfile: object(seccompProfileSchema),
    appArmorProfile: object(appArmorProfileSchema),
  }),
);

export const capabilitiesSchema = message(
  "io.k8s.api.core.v1.Capabilities",
  "Linux capabilities to add and drop.",
  () => ({
    add: list(named("v1.Capability"), atomic),
    drop: list(named("v1.Capability"), atomic),
  }),
);

export const seLinuxOptionsSchema = message("io.k8s.api.core.v1.SELinuxOptions", "SELinux labels.", () => ({
  user: string(),
  role: string(),
  type: string(),
  level: string(),
}));

export const windowsSecurityContextOptionsSchema = message(
  "io.k8s.api.core.v1.WindowsSecurityContextOptions",
  "Security settings on Windows.",
  () => ({
    gmsaCredentialSpecName: string(pointer),
    gmsaCredentialSpec: string(pointer),
    runAsUserName: string(pointer),
    hostProcess: boolean(pointer),
  }),
);

export const seccompProfileSchema = message("io.k8s.api.core.v1.SeccompProfile", "A seccomp profile.", () => ({
  type: enumeration("v1.SeccompProfileType", ["Localhost", "RuntimeDefault", "Unconfined"], required),
  localhostProfile: string(pointer),
}));

export const appArmorProfileSchema = message("io.k8s.api.core.v1.AppArmorProfile", "An AppArmor profile.", () => ({
  type: enumeration("v1.AppArmorProfileType", ["Localhost", "RuntimeDefault", "Unconfined"], required),
  localhostProfile: string(pointer),
}));

export const podSecurityContextSchema = message(
  "io.k8s.api.core.v1.PodSecurityContext",
  "Security settings of all containers of a Pod.",
  () => ({
    seLinuxOptions: object(seLinuxOptionsSchema),
    windowsOptions: object(windowsSecurityContextOptionsSchema),
    runAsUser: int64(pointer),
    runAsGroup: int64(pointer),
    runAsNonRoot: boolean(pointer),
    supplementalGroups: list(int64(), atomic),
    supplementalGroupsPolicy: enumeration("v1.SupplementalGroupsPolicy", ["Merge", "Strict"], pointer),
    fsGroup: int64(pointer),
    sysctls: list(object(sysctlSchema), atomic),
    fsGroupChangePolicy: enumeration("v1.PodFSGroupChangePolicy", ["Always", "OnRootMismatch"], pointer),
    seccompProfile: object(seccompProfileSchema),
    appArmorProfile: object(appArmorProfileSchema),
    seLinuxChangePolicy: named("v1.PodSELinuxChangePolicy", pointer),
  }),
);

export const sysctlSchema = message("io.k8s.api.core.v1.Sysctl", "A kernel parameter.", () => ({
  name: string(required),
  value: string(required),
}));
