/** Follows a collection of the API, for as long as a benchmark runs. */

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
}

/** Tells each event of a collection (`path` without a query), from what there is now; gives what ends it. */
export async function watchCollection<T>(
  api: string,
  path: string,
  tell: (event: WatchEvent<T>) => void,
): Promise<() => void> {
  const stop = new AbortController();
  const response = await fetch(`${api}${path}?watch=1`, { signal: stop.signal });
  const read = async (): Promise<void> => {
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) tell(JSON.parse(line) as WatchEvent<T>);
    }
  };
  // It ends by being stopped.
  read().catch(() => undefined);
  return () => stop.abort();
}
