/** The stretch of time that is shown: never more than all, nor less than ten microseconds. */
export function createView(data, changed) {
  const margin = Math.max(1, (data.to - data.from) * 0.02)
  const whole = { from: data.from - margin, to: data.to + margin }
  const view = { ...whole, show, showAll, pan, zoom, shareOf, bringIn }
  return view

  function show(from, to) {
    const length = Math.min(whole.to - whole.from, Math.max(10, to - from))
    view.from = Math.min(Math.max(whole.from, from), whole.to - length)
    view.to = view.from + length
    changed()
  }

  function showAll() {
    show(whole.from, whole.to)
  }

  function pan(share) {
    const shift = (view.to - view.from) * share
    show(view.from + shift, view.to + shift)
  }

  /** Around the place that keeps still. */
  function zoom(factor, share) {
    const at = view.from + (view.to - view.from) * share
    show(at - (at - view.from) * factor, at + (view.to - at) * factor)
  }

  /** Where a time stands in the view; the middle where it is out of it. */
  function shareOf(time) {
    const share = (time - view.from) / (view.to - view.from)
    return share >= 0 && share <= 1 ? share : 0.5
  }

  function bringIn(from, to) {
    if (from >= view.from && to <= view.to) return
    const half = (view.to - view.from) / 2
    show((from + to) / 2 - half, (from + to) / 2 + half)
  }
}
