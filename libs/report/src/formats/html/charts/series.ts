import { type Markup, markup } from '../../markup.ts'

/** What tells one arm or route from another in every chart: a colour, and a shape for those who see no colours. */
export interface Series {
  readonly name: string
  readonly color: string
  readonly symbol: (typeof shapes)[number]['symbol']
  readonly glyph: string
}

// The colours are in style.ts, for light and for dark.
const colors = 6
const shapes = [
  { symbol: 'circle', glyph: '●' },
  { symbol: 'square', glyph: '■' },
  { symbol: 'triangle', glyph: '▲' },
  { symbol: 'diamond', glyph: '◆' },
  { symbol: 'star', glyph: '★' },
] as const

export function seriesOf(names: readonly string[]): Series[] {
  return names.map((name, index) => {
    const { symbol, glyph } = shapes[index % shapes.length] ?? shapes[0]
    return { name, symbol, glyph, color: `var(--series-${(index % colors) + 1})` }
  })
}

export function legend(series: readonly Pick<Series, 'name' | 'color' | 'glyph'>[]): Markup {
  return markup`<ul class="legend">${series.map(
    ({ name, color, glyph }) =>
      markup`<li><span style="color: ${color}" aria-hidden="true">${glyph}</span> ${name}</li>`,
  )}</ul>`
}
