import { isOwnRef, readRef } from '../receive-pack-client.ts'

/** What `GIT_TRACE_PACKET` shows of a push, in this order at most. */
export type TracedMoment =
  | { readonly kind: 'advertised'; readonly refs: ReadonlyMap<string, string> }
  /** The command is on its way; the pack follows. */
  | { readonly kind: 'sent' }
  /** The server's word on the ref has come, whatever it is. */
  | { readonly kind: 'reported' }

/** Reads the trace line by line. Lines that say none of this are undefined. */
export function createTraceReader(): (line: string) => TracedMoment | undefined {
  const refs = new Map<string, string>()
  let advertised = false
  return (line) => {
    const [, direction, packet] = / packet: +push([<>]) (.*)$/.exec(line) ?? []
    if (packet === undefined) return undefined
    if (direction === '>') return packet === flush ? { kind: 'sent' } : undefined
    if (advertised) return /^(ok|ng) /.test(packet) ? { kind: 'reported' } : undefined
    if (packet === flush) {
      advertised = true
      return { kind: 'advertised', refs }
    }
    const advertisement = readRef(unescaped(packet))
    if (advertisement && isOwnRef(advertisement.ref)) {
      refs.set(advertisement.ref, advertisement.sha)
    }
    return undefined
  }
}

const flush = '0000'

/** The trace shows bytes that do not print as a backslash and octal digits. */
function unescaped(packet: string): string {
  const bytes = packet.replace(/\\([0-7]{1,3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}
