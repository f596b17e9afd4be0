// Where everything stands. Times are microseconds of the history.

export const rowHeight = 11
export const barHeight = 8
export const axisHeight = 22
export const bandHeight = 20
export const pad = 6
const headHeight = 18

/** Places of the lists in bars.ts. */
export const kindOf = { push: 0, mutation: 1, removal: 2, fault: 3 }
export const outcomeOf = { ok: 0, denied: 1, fail: 2, info: 3 }

export function createLayout({ bars, lanes, rights }) {
  const longest = bars.from.reduce((most, from, i) => Math.max(most, bars.to[i] - from), 0)
  const tops = topsOf(lanes, axisHeight + rights.length * bandHeight)
  return { tops, height: tops.at(-1) + pad, topOf, visible, nearest }

  function topOf(i) {
    return tops[bars.lane[i]] + headHeight + bars.row[i] * rowHeight
  }

  /** Bars stand in order of their begin; none that began earlier than the longest takes reaches into view. */
  function visible({ from, to }) {
    return [firstFrom(from - longest), firstFrom(to)]
  }

  function firstFrom(time) {
    let [low, high] = [0, bars.from.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (bars.from[middle] < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The bar at or close to a point; -1 where there is none. A fault gives way to whatever stands on it. */
  function nearest(view, { time, y, perPixel }) {
    const lane = tops.findIndex((top, index) => y >= top && y < (tops[index + 1] ?? 0))
    const [first, last] = visible(view)
    let [found, least] = [-1, Number.POSITIVE_INFINITY]
    for (let i = first; i < last; i++) {
      if (bars.lane[i] !== lane) continue
      const isFault = bars.kind[i] === kindOf.fault
      const aside = Math.max(0, bars.from[i] - time, time - bars.to[i]) / perPixel
      const below = isFault ? 50 : Math.abs(topOf(i) + barHeight / 2 - y)
      if (aside > 6 || (!isFault && below > rowHeight)) continue
      if (aside + below < least) [found, least] = [i, aside + below]
    }
    return found
  }
}

/** Where each lane begins, and where the last one ends. */
function topsOf(lanes, top) {
  const tops = [top]
  for (const { rows } of lanes) tops.push(tops.at(-1) + headHeight + rows * rowHeight + pad)
  return tops
}
