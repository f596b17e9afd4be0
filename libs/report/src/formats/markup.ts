const kind = Symbol('markup')

/** Markup that may stand in a page as it is. Only this file makes it. */
export interface Markup {
  readonly [kind]: true
  toString(): string
}

type Content = string | number | Markup | undefined | readonly Content[]

/** A template of markup. What is put into it is text, and is escaped, unless it is markup itself. */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const text = String.raw({ raw: strings }, ...contents.map(render))
  return { [kind]: true, toString: () => text }
}

function render(content: Content): string {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map(render).join('')
  if (typeof content === 'object' && kind in content) return content.toString()
  return String(content).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Markup that a library has made and escaped. */
export function ready(text: string): Markup {
  return { [kind]: true, toString: () => text }
}
