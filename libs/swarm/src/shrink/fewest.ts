/**
 * Delta debugging: a part of the list that still `fits`, from which no single item can be left out. Large
 * pieces are tried first, so that a few items of many are found in few trials.
 */
export async function fewest<T>(
  items: readonly T[],
  fits: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let rest = items
  if (rest.length > 0 && (await fits([]))) return []
  for (let size = Math.ceil(rest.length / 2); size >= 1; ) {
    const fewer = await withoutPieces(rest, size, fits)
    // At the last size, what went may have been all that held another item in place.
    const isDone = size > 1 || fewer.length === rest.length
    rest = fewer
    if (isDone) size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return rest
}

/** From the end: what came last is least likely to be what everything else rests on. */
async function withoutPieces<T>(
  items: readonly T[],
  size: number,
  fits: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let rest = items
  for (let end = items.length; end > 0; end -= size) {
    const candidate = rest.toSpliced(Math.max(0, end - size), Math.min(size, end))
    if (await fits(candidate)) rest = candidate
  }
  return rest
}
