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
    privileged: boolean("Runs it as root of the node.", pointer),
    seLinuxOptions: object(seLinuxOptionsSchema),
    windowsOptions: object(windowsSecurityContextOptionsSchema),
    runAsUser: int64("The user's number; absent means the Pod's or the image's.", pointer),
    runAsGroup: int64("The group's number; absent means the Pod's or the runtime's.", pointer),
    runAsNonRoot: boolean("Refuses to start as root.", pointer),
    readOnlyRootFilesystem: boolean("Keeps it from writing to its image.", pointer),
    allowPrivilegeEscalation: boolean("Whether a process may gain more rights than its parent has.", pointer),
    procMount: enumeration(
      "v1.ProcMountType",
      ["Default", "Unmasked"],
      "How /proc is mounted: Default or Unmasked.",
      pointer,
    ),
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
    add: list(named("v1.Capability"), atomic, "Capabilities added."),
    drop: list(named("v1.Capability"), atomic, "Capabilities taken away."),
  }),
  { add: 1, drop: 2 },
);

export const seLinuxOptionsSchema = message(
  "io.k8s.api.core.v1.SELinuxOptions",
  "SELinux labels.",
  () => ({
    user: string("The label's user."),
    role: string("The label's role."),
    type: string("The label's type."),
    level: string("The label's level."),
  }),
  { user: 1, role: 2, type: 3, level: 4 },
);

export const windowsSecurityContextOptionsSchema = message(
  "io.k8s.api.core.v1.WindowsSecurityContextOptions",
  "Security settings on Windows.",
  () => ({
    gmsaCredentialSpecName: string("The credential spec's name.", pointer),
    gmsaCredentialSpec: string("The credential spec itself.", pointer),
    runAsUserName: string("The user; absent means the image's.", pointer),
    hostProcess: boolean("Runs it as a process of the host; all containers of a Pod, or none.", pointer),
  }),
  { gmsaCredentialSpecName: 1, gmsaCredentialSpec: 2, runAsUserName: 3, hostProcess: 4 },
);

export const seccompProfileSchema = message(
  "io.k8s.api.core.v1.SeccompProfile",
  "A seccomp profile.",
  () => ({
    type: enumeration(
      "v1.SeccompProfileType",
      ["Localhost", "RuntimeDefault", "Unconfined"],
      "Where the profile comes from: Localhost, RuntimeDefault or Unconfined.",
      required,
    ),
    localhostProfile: string("The profile's file, below the kubelet's seccomp folder; for Localhost only.", pointer),
  }),
  { type: 1, localhostProfile: 2 },
);

export const appArmorProfileSchema = message(
  "io.k8s.api.core.v1.AppArmorProfile",
  "An AppArmor profile.",
  () => ({
    type: enumeration(
      "v1.AppArmorProfileType",
      ["Localhost", "RuntimeDefault", "Unconfined"],
      "Where the profile comes from: Localhost, RuntimeDefault or Unconfined.",
      required,
    ),
    localhostProfile: string("A profile that the node has loaded; for Localhost only.", pointer),
  }),
  { type: 1, localhostProfile: 2 },
);

export const podSecurityContextSchema = message(
  "io.k8s.api.core.v1.PodSecurityContext",
  "Security settings of all containers of a Pod.",
  () => ({
    seLinuxOptions: object(seLinuxOptionsSchema),
    windowsOptions: object(windowsSecurityContextOptionsSchema),
    runAsUser: int64("The user's number; absent means the image's.", pointer),
    runAsGroup: int64("The group's number; absent means the runtime's.", pointer),
    runAsNonRoot: boolean("Refuses to start as root.", pointer),
    supplementalGroups: list(int64(), atomic, "Numbers of further groups."),
    supplementalGroupsPolicy: enumeration(
      "v1.SupplementalGroupsPolicy",
      ["Merge", "Strict"],
      "Whether groups from the image count: Merge or Strict.",
      pointer,
    ),
    fsGroup: int64("The group that owns the volumes' files.", pointer),
    sysctls: list(object(sysctlSchema), atomic, "Kernel parameters of the Pod."),
    fsGroupChangePolicy: enumeration(
      "v1.PodFSGroupChangePolicy",
      ["Always", "OnRootMismatch"],
      "When owners of files are set: Always or OnRootMismatch.",
      pointer,
    ),
    seccompProfile: object(seccompProfileSchema),
    appArmorProfile: object(appArmorProfileSchema),
    seLinuxChangePolicy: named(
      "v1.PodSELinuxChangePolicy",
      "How volumes get their SELinux label: MountOption or Recursive.",
      pointer,
    ),
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
    name: string("The parameter's name.", required),
    value: string("Its value.", required),
  }),
  { name: 1, value: 2 },
);
