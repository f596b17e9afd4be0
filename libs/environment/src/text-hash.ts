/** How many texts are remembered at most; it then begins anew. */
const mostTexts = 8_192

/**
 * Hashes texts to 32-bit integers, the same on every platform, and remembers them: those of a run come again and
 * again, and are not read again.
 */
export function createTextHash(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const hash = known.get(text)
    if (hash !== undefined) return hash
    if (known.size === mostTexts) known.clear()
    const computed = fnv1a(text)
    known.set(text, computed)
    return computed
  }
}

/** Over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
