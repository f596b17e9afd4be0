/**
 * The least integer in [from, to] for which `holds`, which holds for all above it too; undefined
 * if there is none.
 */
export function leastInteger(
  from: number,
  to: number,
  holds: (candidate: number) => boolean,
): number | undefined {
  if (!holds(to)) return undefined
  let [low, high] = [from, to]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
