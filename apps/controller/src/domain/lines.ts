/** Far beyond the longest line of a valid import, and short enough to hold in memory. */
const longestLine = 64 * 1024

/**
 * The lines of a text that arrives in pieces, without their ends. A line beyond `longestLine` comes out
 * cut, so that it does not parse and memory stays bounded.
 */
export async function* linesOf(
  pieces: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })
    const lines = text.split('\n')
    lines[0] = rest + lines[0]
    rest = (lines.pop() ?? '').slice(0, longestLine)
    if (lines.length > 0) yield lines
  }
  rest += decoder.decode()
  if (rest !== '') yield [rest]
}
