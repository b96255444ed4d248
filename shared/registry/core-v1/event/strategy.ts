import type { Event } from "../../../api/core-v1/event.ts";
import { strategy } from "../../strategy.ts";
import { validateEvent } from "./validation.ts";

const withObject = (event: Event): Event => ({
  ...event,
  involvedObject: (event as Partial<Event>).involvedObject ?? {},
});

export const eventStrategy = strategy<Event>({
  prepareForCreate: withObject,
  prepareForUpdate: withObject,
  validate: validateEvent,
});
