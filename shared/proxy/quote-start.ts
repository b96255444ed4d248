const LONGEST = 300;

/** A client's own words in quotes. They may be as long as the client likes; a message may not. */
export const quoteStart = (text: string): string =>
  JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
