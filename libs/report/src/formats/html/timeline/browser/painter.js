import { axisHeight, bandHeight, barHeight, kindOf, outcomeOf, pad } from './layout.js'

/** Paints what is in view: `paint(selected)` gives how many bars that were. */
export function createPainter({ section, canvas, data, layout, view }) {
  const { bars, marks, lanes, rights } = data
  let colors = colorsOf(section)
  canvas.style.height = `${layout.height}px`
  return { paint, recolor }

  function recolor() {
    colors = colorsOf(section)
  }

  function paint(selected) {
    const width = canvas.clientWidth
    const ratio = devicePixelRatio || 1
    canvas.width = width * ratio
    canvas.height = layout.height * ratio
    const pen = canvas.getContext('2d')
    pen.scale(ratio, ratio)
    pen.font = '11px system-ui, sans-serif'
    const x = (time) => ((time - view.from) / (view.to - view.from)) * width
    paintAxis(pen, x, width)
    paintRights(pen, x, width)
    paintFaults(pen, x)
    paintLanes(pen, width)
    const painted = paintBars(pen, x, width)
    paintMarks(pen, x, width)
    if (selected >= 0) paintSelected(pen, x, selected)
    return painted
  }

  function paintAxis(pen, x, width) {
    const step = stepFor((view.to - view.from) / Math.max(2, width / 110))
    pen.fillStyle = colors.quiet
    pen.strokeStyle = colors.rule
    for (let at = Math.ceil(view.from / step) * step; at < view.to; at += step) {
      line(pen, x(at), axisHeight - 6, x(at), layout.height)
      if (x(at) < width - 40) pen.fillText(timeText(at, step), x(at) + 3, 12)
    }
  }

  function paintRights(pen, x, width) {
    rights.forEach(({ name, may, must }, index) => {
      const top = axisHeight + index * bandHeight
      for (const [spans, color, inset] of [
        [may, colors.may, 0],
        [must, colors.must, 3],
      ]) {
        pen.fillStyle = color
        for (const [from, to] of spans) {
          pen.fillRect(
            x(from),
            top + inset,
            Math.max(1, x(to) - x(from)),
            bandHeight - 4 - 2 * inset,
          )
        }
      }
      pen.fillStyle = colors.ink
      pen.fillText(name, pad, top + 12, width - 2 * pad)
    })
  }

  function paintLanes(pen, width) {
    lanes.forEach(({ name }, lane) => {
      pen.strokeStyle = colors.rule
      line(pen, 0, layout.tops[lane], width, layout.tops[lane])
      pen.fillStyle = colors.ink
      pen.fillText(name, pad, layout.tops[lane] + 13)
    })
  }

  function paintFaults(pen, x) {
    const [first, last] = layout.visible(view)
    pen.fillStyle = colors.fault
    for (let i = first; i < last; i++) {
      if (bars.kind[i] !== kindOf.fault) continue
      const [left, top] = [x(bars.from[i]), layout.tops[bars.lane[i]]]
      pen.fillRect(
        left,
        top,
        Math.max(2, x(bars.to[i]) - left),
        layout.tops[bars.lane[i] + 1] - top,
      )
    }
  }

  /** Gives how many it painted. */
  function paintBars(pen, x, width) {
    const [first, last] = layout.visible(view)
    let painted = 0
    // A pixel of a row is painted once in each colour: however many bars, it takes no more than the picture is wide.
    const taken = new Map()
    for (let i = first; i < last; i++) {
      if (bars.kind[i] === kindOf.fault || bars.to[i] < view.from) continue
      const left = Math.max(-2, x(bars.from[i]))
      const right = Math.min(width + 2, x(bars.to[i]))
      const color = colorOf(i)
      const slot = `${bars.lane[i]} ${bars.row[i]}`
      const before = taken.get(slot)
      const column = Math.floor(right)
      if (before !== undefined && column <= before.column && before.color === color) continue
      taken.set(slot, { column, color })
      paintBar(pen, x, i, left, right, color)
      painted++
    }
    return painted
  }

  function paintBar(pen, x, i, left, right, color) {
    const top = layout.topOf(i)
    const length = Math.max(2, right - left)
    pen.fillStyle = color
    if (bars.kind[i] === kindOf.mutation) return paintFlag(pen, left, right, top)
    if (bars.outcome[i] === outcomeOf.info) {
      pen.strokeStyle = color
      pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, length - 1), barHeight - 1)
    } else pen.fillRect(left, top, length, barHeight)
    if (bars.admitted[i] >= 0 && length > 6) {
      pen.fillStyle = colors.paper
      pen.fillRect(x(bars.admitted[i]), top + 2, 1.5, barHeight - 4)
    }
  }

  /** A mutation counts from its acknowledgement: there stands the pole. */
  function paintFlag(pen, left, right, top) {
    pen.fillRect(left, top + barHeight - 2, Math.max(2, right - left), 2)
    pen.fillRect(right - 0.75, top, 1.5, barHeight)
    pen.beginPath()
    pen.moveTo(right, top)
    pen.lineTo(right + 7, top + 2.5)
    pen.lineTo(right, top + 5)
    pen.fill()
  }

  function paintMarks(pen, x, width) {
    for (const { bar, isBroken } of marks) {
      const left = x(bars.from[bar])
      const right = x(bars.to[bar])
      if (right < 0 || left > width) continue
      pen.strokeStyle = pen.fillStyle = isBroken ? colors.bad : colors.doubtful
      pen.lineWidth = 2
      pen.strokeRect(left - 2, layout.topOf(bar) - 2, Math.max(2, right - left) + 4, barHeight + 4)
      pen.lineWidth = 1
      pen.beginPath()
      pen.moveTo(left - 4, layout.topOf(bar) - 9)
      pen.lineTo(left + 4, layout.topOf(bar) - 9)
      pen.lineTo(left, layout.topOf(bar) - 3)
      pen.fill()
    }
  }

  function paintSelected(pen, x, selected) {
    pen.strokeStyle = colors.ink
    const left = x(bars.from[selected])
    const length = Math.max(2, x(bars.to[selected]) - left)
    pen.setLineDash([3, 2])
    pen.strokeRect(left - 4, layout.topOf(selected) - 4, length + 8, barHeight + 8)
    pen.setLineDash([])
  }

  function colorOf(i) {
    if (bars.kind[i] === kindOf.mutation)
      return bars.outcome[i] === outcomeOf.ok ? colors.mutation : colors.quiet
    if (bars.kind[i] === kindOf.removal) return colors.removal
    return [colors.ok, colors.denied, colors.fail, colors.info][bars.outcome[i]]
  }
}

function colorsOf(section) {
  const style = getComputedStyle(section)
  const color = (name) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: color('ink'),
    quiet: color('quiet'),
    rule: color('rule'),
    paper: color('paper'),
    bad: color('bad'),
    doubtful: color('doubtful'),
    may: color('may'),
    must: color('must'),
    ok: color('series-1'),
    denied: color('quiet'),
    fail: color('series-5'),
    info: color('series-2'),
    mutation: color('series-4'),
    removal: color('series-3'),
    fault: color('fault'),
  }
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath()
  pen.moveTo(x1, y1)
  pen.lineTo(x2, y2)
  pen.stroke()
}

/** 1, 2 or 5 times a power of ten. */
function stepFor(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  return power * ([1, 2, 5].find((times) => times * power >= least) ?? 10)
}

function timeText(at, step) {
  if (step >= 1_000_000) return `${at / 1_000_000} s`
  return `${Number((at / 1_000).toFixed(3))} ms`
}
