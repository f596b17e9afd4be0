/**
 * Breaks text between words so that no line is wider than `columns`; all but the first are indented.
 * Whatever a neighbour wrote into it, no control character gets through to a terminal.
 */
export function wrap(text: string, columns: number, indent = 0): string {
  const lines: string[] = []
  for (const word of text.split(/[\s\p{Cc}]+/u)) {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`
    } else {
      lines.push(last === undefined ? word : `${' '.repeat(indent)}${word}`)
    }
  }
  return lines.join('\n')
}
