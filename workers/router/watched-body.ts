/** A response whose end somebody wants to know of. It streams as before. */

/** `onEnd` is told once: null when the body came whole, else what broke it. */
export function watchBody(
  response: Response,
  ctx: Pick<ExecutionContext, "waitUntil">,
  onEnd: (error: unknown) => void,
): Response {
  const { body, webSocket } = response;
  if (webSocket !== null) {
    webSocket.addEventListener("close", () => onEnd(null));
    return response;
  }
  if (body === null) {
    onEnd(null);
    return response;
  }
  const { readable, writable } = new IdentityTransformStream();
  ctx.waitUntil(
    body.pipeTo(writable).then(
      () => onEnd(null),
      (error: unknown) => onEnd(error),
    ),
  );
  return new Response(readable, response);
}
