import { factsOf, listOf } from './facts.js'
import { createLayout } from './layout.js'
import { createPainter } from './painter.js'
import { createView } from './view.js'

for (const section of document.querySelectorAll('.timeline')) start(section)

function start(section) {
  const data = JSON.parse(section.querySelector('script[type="application/json"]').textContent)
  const canvas = section.querySelector('canvas')
  const facts = section.querySelector('.facts')
  const { bars, marks } = data
  const markedBars = [...new Set(marks.map(({ bar }) => bar))].sort((a, b) => a - b)
  const layout = createLayout(data)
  const view = createView(data, draw)
  const painter = createPainter({ section, canvas, data, layout, view })
  let selected = -1
  let isAsked = false

  listenToKeys()
  listenToPointers()
  new ResizeObserver(draw).observe(canvas)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    painter.recolor()
    draw()
  })

  /** Once a frame, however often it is asked for. */
  function draw() {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      canvas.dataset.painted = String(painter.paint(selected))
    })
  }

  function select(bar) {
    selected = bar
    facts.replaceChildren(...(bar < 0 ? [] : [listOf(factsOf(data, bar))]))
    if (bar >= 0) view.bringIn(bars.from[bar], bars.to[bar])
    draw()
  }

  function step(by) {
    select(Math.min(bars.from.length - 1, Math.max(0, selected + by)))
  }

  /** Round and round. */
  function stepMark(by) {
    if (markedBars.length === 0) return
    const next =
      by > 0
        ? markedBars.find((bar) => bar > selected)
        : markedBars.findLast((bar) => bar < selected)
    select(next ?? markedBars.at(by > 0 ? 0 : -1))
  }

  function zoom(factor, share = view.shareOf(bars.from[selected])) {
    view.zoom(factor, share)
  }

  function listenToKeys() {
    const act = {
      ArrowLeft: () => view.pan(-0.2),
      ArrowRight: () => view.pan(0.2),
      ArrowUp: () => step(-1),
      ArrowDown: () => step(1),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      0: view.showAll,
      Home: view.showAll,
      n: () => stepMark(1),
      p: () => stepMark(-1),
    }
    canvas.addEventListener('keydown', (event) => {
      if (!Object.hasOwn(act, event.key) || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      act[event.key]()
    })
    for (const button of section.querySelectorAll('button')) {
      button.addEventListener('click', () => act[button.value]())
    }
  }

  function listenToPointers() {
    let held
    canvas.addEventListener('pointerdown', (event) => {
      held = { x: event.offsetX, from: view.from, to: view.to, isMoved: false }
      canvas.setPointerCapture(event.pointerId)
    })
    canvas.addEventListener('pointermove', (event) => {
      if (held === undefined) return hover(event)
      const moved = event.offsetX - held.x
      held.isMoved ||= Math.abs(moved) > 4
      const shift = (moved / canvas.clientWidth) * (held.to - held.from)
      if (held.isMoved) view.show(held.from - shift, held.to - shift)
    })
    canvas.addEventListener('pointerup', (event) => {
      if (held !== undefined && !held.isMoved) select(barAt(event))
      held = undefined
    })
    canvas.addEventListener('pointercancel', () => {
      held = undefined
    })
    canvas.addEventListener('wheel', turn, { passive: false })
  }

  /** Unless the picture was chosen, the page scrolls, as everywhere else. */
  function turn(event) {
    if (!event.ctrlKey && document.activeElement !== canvas) return
    event.preventDefault()
    const { deltaX, deltaY, offsetX } = event
    if (Math.abs(deltaX) > Math.abs(deltaY)) view.pan(deltaX / 1_000)
    else zoom(1.0015 ** deltaY, offsetX / canvas.clientWidth)
  }

  function hover(event) {
    const bar = barAt(event)
    const lines = bar < 0 ? [] : factsOf(data, bar).map(([name, text]) => `${name}: ${text}`)
    canvas.style.cursor = bar < 0 ? 'grab' : 'pointer'
    canvas.title = lines.join('\n')
  }

  function barAt({ offsetX, offsetY }) {
    const perPixel = (view.to - view.from) / canvas.clientWidth
    return layout.nearest(view, { time: view.from + offsetX * perPixel, y: offsetY, perPixel })
  }
}
