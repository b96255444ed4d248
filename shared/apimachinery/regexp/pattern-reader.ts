/** Where the parser stands in a pattern. Positions are UTF-16 units; characters are code points. */
export class PatternReader {
  readonly pattern: string;
  #position = 0;
  #groups = 0;
  readonly #names = new Map<string, number>();

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  get position(): number {
    return this.#position;
  }

  /** How many groups have been opened that keep what they match. */
  get groups(): number {
    return this.#groups;
  }

  /** The indexes of the groups that have names; of several with one name the last counts. */
  get groupNames(): ReadonlyMap<string, number> {
    return this.#names;
  }

  /** The index of a group that opens here. */
  openGroup(name?: string): number {
    this.#groups++;
    if (name !== undefined) this.#names.set(name, this.#groups);
    return this.#groups;
  }

  isDone(): boolean {
    return this.#position >= this.pattern.length;
  }

  /** The next character, or the empty string at the end. */
  peek(): string {
    const character = this.pattern.codePointAt(this.#position);
    return character === undefined ? "" : String.fromCodePoint(character);
  }

  /** Takes the next character; the caller knows that there is one. */
  next(): number {
    const character = this.pattern.codePointAt(this.#position) ?? 0;
    this.#position += character > 0xffff ? 2 : 1;
    return character;
  }

  skip(units: number): void {
    this.#position += units;
  }

  /** Takes the text if it comes next. */
  take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.#position)) return false;
    this.#position += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.pattern);
    if (found !== null) this.#position += found[0].length;
    return found;
  }

  /** Takes all up to a mark, and the mark, and gives the former; null, and takes nothing, when the mark does not come. */
  upTo(mark: string): string | null {
    const end = this.pattern.indexOf(mark, this.#position);
    if (end < 0) return null;
    const text = this.pattern.slice(this.#position, end);
    this.#position = end + mark.length;
    return text;
  }

  rest(): string {
    const text = this.pattern.slice(this.#position);
    this.#position = this.pattern.length;
    return text;
  }

  /** What has been read since a position. */
  since(start: number): string {
    return this.pattern.slice(start, this.#position);
  }
}
