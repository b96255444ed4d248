import { anything, int64, message, object, required, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const controllerRevisionSchema = message(
  "io.k8s.api.apps.v1.ControllerRevision",
  "A state that its owner can be brought back to. It never changes.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    data: anything("The state, in its owner's own form."),
    revision: int64("Its place among the revisions of its owner.", required),
  }),
  { metadata: 1, data: 2, revision: 3 },
);
