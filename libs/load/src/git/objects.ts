import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** An object as git names it and as a pack carries it. */
export interface GitObject {
  /** SHA-1 in hex. */
  readonly id: string
  /** Type and length in git's words, a zero byte, and the content: what is named and kept. */
  readonly whole: Buffer
  /** Type, length and deflated content, as they stand in a pack. */
  readonly packed: Buffer
}

export interface TreeEntry {
  readonly name: string
  readonly id: string
}

export function blob(text: string): GitObject {
  return object('blob', Buffer.from(text))
}

/** A tree of plain files. */
export function tree(files: readonly TreeEntry[]): GitObject {
  const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  const entries = sorted.flatMap(({ name, id }) => [
    Buffer.from(`100644 ${name}\0`),
    Buffer.from(id, 'hex'),
  ])
  return object('tree', Buffer.concat(entries))
}

/** `author` is `Name <mail> <seconds since 1970> <time zone>`. */
export function commit(content: {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: string
  readonly message: string
}): GitObject {
  const lines = [
    `tree ${content.tree}`,
    ...content.parents.map((parent) => `parent ${parent}`),
    `author ${content.author}`,
    `committer ${content.author}`,
    '',
    `${content.message}\n`,
  ]
  return object('commit', Buffer.from(lines.join('\n')))
}

const packTypes = { commit: 1, tree: 2, blob: 3 } as const

function object(type: keyof typeof packTypes, content: Buffer): GitObject {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
  return {
    id: createHash('sha1').update(whole).digest('hex'),
    whole,
    packed: Buffer.concat([packHeader(packTypes[type], content.length), deflateSync(content)]),
  }
}

/** Type and length in git's variable-length form: four bits of length, then seven in each further byte. */
function packHeader(type: number, length: number): Buffer {
  const bytes = [(type << 4) | (length & 0b1111)]
  for (let rest = length >>> 4; rest > 0; rest >>>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest & 0x7f)
  }
  return Buffer.from(bytes)
}
