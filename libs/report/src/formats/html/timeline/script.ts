import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Markup, ready } from '../../markup.ts'

/** Each after those that it imports. */
const modules = ['layout', 'view', 'painter', 'facts', 'timeline']

/** What the page runs: our modules in one piece, which its policy names by its hash, and nothing else. */
export function timelineScript(): { readonly element: Markup; readonly policy: string } {
  const source = `{\n${modules.map(moduleText).join('\n')}}\n`
  const hash = createHash('sha256').update(source).digest('base64')
  return { element: ready(`<script>${source}</script>`), policy: `'sha256-${hash}'` }
}

/** In one scope there is nothing to import from. */
function moduleText(name: string): string {
  const text = readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8')
  return text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, '')
}

/** Data for a script. Nothing in it can end the element that it stands in. */
export function dataElement(data: unknown): Markup {
  const text = JSON.stringify(data).replaceAll('<', '\\u003c')
  return ready(`<script type="application/json">${text}</script>`)
}
