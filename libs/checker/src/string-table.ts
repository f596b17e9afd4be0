/** Texts as small numbers. Zero stands for null. */
export interface StringTable {
  readonly size: number
  /** The same text always gets the same number. */
  code(text: string | null): number
  text(code: number): string | null
}

export function createStringTable(): StringTable {
  const texts: (string | null)[] = [null]
  const codes = new Map<string, number>()
  return {
    get size() {
      return texts.length
    },
    code(text) {
      if (text === null) return 0
      const known = codes.get(text)
      if (known !== undefined) return known
      codes.set(text, texts.length)
      return texts.push(text) - 1
    },
    text: (code) => texts[code] ?? null,
  }
}
