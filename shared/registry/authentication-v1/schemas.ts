/** Messages of `authentication.k8s.io/v1`. */
import {
  atomic,
  boolean,
  int64,
  list,
  map,
  message,
  object,
  pointer,
  required,
  string,
  time,
  typeMeta,
} from "../schema/declare.ts";
import { objectMetaSchema } from "../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.authentication.v1.${type}`;

const metadata = object(objectMetaSchema, "Standard object metadata.");

export const userInfoSchema = message(
  name("UserInfo"),
  "A user.",
  () => ({
    username: string("The user's name."),
    uid: string("Tells apart users who have had the same name."),
    groups: list(string(), atomic, "The groups the user is in."),
    extra: map(list(string(), atomic), "What else the authenticator knows."),
  }),
  { username: 1, uid: 2, groups: 3, extra: 4 },
);

export const selfSubjectReviewSchema = message(
  name("SelfSubjectReview"),
  "Who the client is to the server.",
  () => ({ ...typeMeta, metadata, status: object(selfSubjectReviewStatusSchema, "The answer.") }),
  { metadata: 1, status: 2 },
);

export const selfSubjectReviewStatusSchema = message(
  name("SelfSubjectReviewStatus"),
  "Who the client is.",
  () => ({ userInfo: object(userInfoSchema, "The user.") }),
  { userInfo: 1 },
);

export const tokenReviewSchema = message(
  name("TokenReview"),
  "Asks whose a token is.",
  () => ({
    ...typeMeta,
    metadata,
    spec: object(tokenReviewSpecSchema, "The question.", { required: true, default: {} }),
    status: object(tokenReviewStatusSchema, "The answer."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const tokenReviewSpecSchema = message(
  name("TokenReviewSpec"),
  "A token.",
  () => ({
    token: string("The bearer token."),
    audiences: list(string(), atomic, "Who the token was shown to."),
  }),
  { token: 1, audiences: 2 },
);

export const tokenReviewStatusSchema = message(
  name("TokenReviewStatus"),
  "Whose the token is.",
  () => ({
    authenticated: boolean("Whether it is a known user's."),
    user: object(userInfoSchema, "The user."),
    audiences: list(string(), atomic, "Those of the audiences that the token is for."),
    error: string("Why the token could not be checked."),
  }),
  { authenticated: 1, user: 2, error: 3, audiences: 4 },
);

export const tokenRequestSchema = message(
  name("TokenRequest"),
  "Asks for a token of a ServiceAccount.",
  () => ({
    ...typeMeta,
    metadata,
    spec: object(tokenRequestSpecSchema, "The question.", { required: true, default: {} }),
    status: object(tokenRequestStatusSchema, "The answer."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const tokenRequestSpecSchema = message(
  name("TokenRequestSpec"),
  "Who a token is for, and for how long.",
  () => ({
    audiences: list(string(), atomic, "Who is to accept the token; absent means the API server.", required),
    expirationSeconds: int64("For how long, in seconds.", { keepsZero: true, default: 3600 }),
    boundObjectRef: object(boundObjectReferenceSchema, "The token ends with this object."),
  }),
  { audiences: 1, boundObjectRef: 3, expirationSeconds: 4 },
);

export const boundObjectReferenceSchema = message(
  name("BoundObjectReference"),
  "Names an object that a token ends with.",
  () => ({
    kind: string("Pod, Secret or Node."),
    apiVersion: string("The object's API version."),
    name: string("The object's name."),
    uid: string("The object's UID.", { typeName: "types.UID" }),
  }),
  { kind: 1, apiVersion: 2, name: 3, uid: 4 },
);

export const tokenRequestStatusSchema = message(
  name("TokenRequestStatus"),
  "A token.",
  () => ({
    token: string("The token.", required),
    expirationTimestamp: time("When it ends.", { ...required, ...pointer }),
  }),
  { token: 1, expirationTimestamp: 2 },
);
