import { createRequire } from 'node:module'
import type * as Plots from '@observablehq/plot'
import type * as Linkedom from 'linkedom'
import { type Markup, markup, ready } from '../../markup.ts'

export type Plot = typeof Plots

/** Of a page on a desk, and of one on a telephone. Each is drawn for its width, so that no text has to shrink. */
const widths = { wide: 784, narrow: 354 } as const

export type Draw = (
  plot: Plot,
  size: { readonly width: number; readonly isNarrow: boolean },
) => Plots.PlotOptions

/** A picture for people who see; `label` is what others are told, and a table has to say the rest. */
export function chart(label: string, draw: Draw): Markup {
  return markup`<div class="chart wide" role="img" aria-label="${label}">${drawn(draw, 'wide')}</div>
<div class="chart narrow" role="img" aria-label="${label}">${drawn(draw, 'narrow')}</div>`
}

function drawn(draw: Draw, kind: keyof typeof widths): Markup {
  const { plot, document } = drawingTools()
  const size = { width: widths[kind], isNarrow: kind === 'narrow' }
  const svg = plot.plot({
    ...size,
    marginTop: 24,
    marginRight: 16,
    style: { fontSize: '12px' },
    ...draw(plot, size),
    document,
  })
  svg.setAttribute('aria-hidden', 'true')
  return ready(svg.outerHTML)
}

// They take a third of a second to load, which only those who draw should wait for.
function drawingTools() {
  const require = createRequire(import.meta.url)
  const plot: Plot = require('@observablehq/plot')
  const { parseHTML }: typeof Linkedom = require('linkedom')
  return { plot, document: parseHTML('<html><body></body></html>').document }
}
