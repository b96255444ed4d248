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
  {
    capabilities: 1,
    privileged: 2,
    seLinuxOptions: 3,
    windowsOptions: 10,
    runAsUser: 4,
    runAsGroup: 8,
    runAsNonRoot: 5,
    readOnlyRootFilesystem: 6,
    allowPrivilegeEscalation: 7,
    procMount: 9,
    seccompProfile: 11,
    appArmorProfile: 12,
  },
);

export const capabilitiesSchema = message(
  "io.k8s.api.core.v1.Capabilities",
  "Linux capabilities to add and drop.",
  () => ({
    add: list(named("v1.Capability"), atomic),
    drop: list(named("v1.Capability"), atomic),
  }),
  { add: 1, drop: 2 },
);

export const seLinuxOptionsSchema = message(
  "io.k8s.api.core.v1.SELinuxOptions",
  "SELinux labels.",
  () => ({
    user: string(),
    role: string(),
    type: string(),
    level: string(),
  }),
  { user: 1, role: 2, type: 3, level: 4 },
);

export const windowsSecurityContextOptionsSchema = message(
  "io.k8s.api.core.v1.WindowsSecurityContextOptions",
  "Security settings on Windows.",
  () => ({
    gmsaCredentialSpecName: string(pointer),
    gmsaCredentialSpec: string(pointer),
    runAsUserName: string(pointer),
    hostProcess: boolean(pointer),
  }),
  { gmsaCredentialSpecName: 1, gmsaCredentialSpec: 2, runAsUserName: 3, hostProcess: 4 },
);

export const seccompProfileSchema = message(
  "io.k8s.api.core.v1.SeccompProfile",
  "A seccomp profile.",
  () => ({
    type: enumeration("v1.SeccompProfileType", ["Localhost", "RuntimeDefault", "Unconfined"], required),
    localhostProfile: string(pointer),
  }),
  { type: 1, localhostProfile: 2 },
);

export const appArmorProfileSchema = message(
  "io.k8s.api.core.v1.AppArmorProfile",
  "An AppArmor profile.",
  () => ({
    type: enumeration("v1.AppArmorProfileType", ["Localhost", "RuntimeDefault", "Unconfined"], required),
    localhostProfile: string(pointer),
  }),
  { type: 1, localhostProfile: 2 },
);

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
  {
    seLinuxOptions: 1,
    windowsOptions: 8,
    runAsUser: 2,
    runAsGroup: 6,
    runAsNonRoot: 3,
    supplementalGroups: 4,
    supplementalGroupsPolicy: 12,
    fsGroup: 5,
    sysctls: 7,
    fsGroupChangePolicy: 9,
    seccompProfile: 10,
    appArmorProfile: 11,
    seLinuxChangePolicy: 13,
  },
);

export const sysctlSchema = message(
  "io.k8s.api.core.v1.Sysctl",
  "A kernel parameter.",
  () => ({
    name: string(required),
    value: string(required),
  }),
  { name: 1, value: 2 },
);
