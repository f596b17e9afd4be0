import { type Markup, markup } from '../markup.ts'

export interface RowGroup {
  /** A heading above the rows. */
  readonly title?: string
  readonly rows: readonly { readonly title: string; readonly cells: readonly (string | Markup)[] }[]
}

/** Figures down, arms across: two arms fit on a telephone, and fourteen scroll sideways below their names. */
export function figuresTable(
  caption: string,
  columns: readonly string[],
  groups: readonly RowGroup[],
): Markup {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr><td></td>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
${groups.map((group) => rowGroup(group, columns.length))}
</table>
</div>`
}

function rowGroup({ title, rows }: RowGroup, columns: number): Markup {
  const heading = markup`<tr class="group"><th scope="rowgroup" colspan="${columns + 1}">${title}</th></tr>`
  return markup`<tbody>
${title === undefined ? undefined : heading}
${rows.map(
  (
    row,
  ) => markup`<tr><th scope="row">${row.title}</th>${row.cells.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
)}</tbody>`
}
