import { type Markup, markup } from '../markup.ts'

interface Figure {
  readonly title: string
  /** What to see in it, in a sentence. */
  readonly lead?: string
  readonly chart: Markup
  /** The same in figures. */
  readonly table: Markup
  readonly note?: string
}

/** A chart, with a table behind it for those who cannot see it or want the figures. */
export function figure({ title, lead, chart, table, note }: Figure): Markup {
  return markup`<section>
<h2>${title}</h2>
${lead && markup`<p class="lead">${lead}</p>`}
<figure>
${chart}
</figure>
${note && markup`<p class="note">${note}</p>`}
<details>
<summary>In figures</summary>
${table}
</details>
</section>`
}
