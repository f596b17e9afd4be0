import { createPacketParser, encodePacket, flushPacket, ProtocolError } from './git/pkt-line.ts'

/** What a client learns from the server in the course of one push, in this order at most. */
export type ReceivePackEvent =
  /** ref → sha: the server let the client in, and waits for a command. */
  | { readonly kind: 'advertised'; readonly refs: ReadonlyMap<string, string> }
  /** An ERR packet instead of an advertisement: the server refused the push in its own words. */
  | { readonly kind: 'refused'; readonly outcome: Refusal; readonly reason: string }
  /** Git's report on the ref. Without `ok`, the ref has not moved. */
  | { readonly kind: 'reported'; readonly ok: boolean; readonly reason: string | null }
  /** The server gave up in the middle and did not say how far it came. */
  | { readonly kind: 'died'; readonly reason: string }

export type Refusal = 'denied' | 'unavailable' | 'busy'

export interface RefCommand {
  readonly ref: string
  readonly old: string
  readonly new: string
}

/**
 * Reads the server's side of one push of one ref (protocol version 0, side-band-64k, report-status).
 * Chunks may be cut anywhere; each call returns what is certain by then, or throws a ProtocolError.
 */
export function createReceivePackReader(ref: string): (chunk: Uint8Array) => ReceivePackEvent[] {
  const packets = createPacketParser()
  const refs = new Map<string, string>()
  const sideBand = createSideBandReader(ref)
  let advertised = false
  return (chunk) => packets(chunk).flatMap((packet) => read(packet))

  function read(packet: Buffer | null): ReceivePackEvent[] {
    if (packet?.toString('latin1', 0, 4) === 'ERR ') return [readErr(lineOf(packet.subarray(4)))]
    if (advertised) return packet === null ? [] : sideBand(packet)
    if (packet !== null) {
      const { ref: name, sha } = refOf(packet)
      if (isOwnRef(name)) refs.set(name, sha)
      return []
    }
    advertised = true
    return [{ kind: 'advertised', refs }]
  }

  // Who has let the client in can only die of something by then, and the ref may have moved.
  function readErr(text: string): ReceivePackEvent {
    return advertised ? { kind: 'died', reason: text } : { kind: 'refused', ...readRefusal(text) }
  }
}

/** What the client sends once it knows where the ref stands. */
export function pushRequest({ ref, old, new: target }: RefCommand, pack: Buffer): Buffer {
  const command = encodePacket(`${old} ${target} ${ref}\0${capabilities}`)
  return Buffer.concat([command, flushPacket, pack])
}

const capabilities = 'report-status side-band-64k agent=keyrace object-format=sha1'

/** What the text of an ERR packet means. */
export function readRefusal(text: string): { readonly outcome: Refusal; readonly reason: string } {
  const [, outcome, reason] = /^(denied|unavailable|busy): (.*)$/s.exec(text) ?? []
  return outcome === undefined || reason === undefined
    ? { outcome: 'denied', reason: text }
    : { outcome: outcome as Refusal, reason }
}

/** A line of the advertisement: `<sha> <ref>`, and the server's capabilities behind a zero byte on the first. */
export function readRef(line: string): { readonly sha: string; readonly ref: string } | undefined {
  const [, sha, ref] = /^([0-9a-f]{40}) ([^\0]+)/.exec(line) ?? []
  return sha === undefined || ref === undefined ? undefined : { sha, ref }
}

/** An empty repository advertises no ref but `capabilities^{}`; `.have` is a ref of somebody else. */
export function isOwnRef(ref: string): boolean {
  return ref.startsWith('refs/')
}

/** Progress is kept for its last words only: a hook's message comes this way. */
const longestProgress = 8192

function createSideBandReader(ref: string): (packet: Buffer) => ReceivePackEvent[] {
  const report = createReportReader(ref)
  let progress = ''
  return (packet) => {
    const content = packet.subarray(1)
    switch (packet[0]) {
      case 1:
        return report(content, progress)
      case 2:
        progress = (progress + content.toString()).slice(-longestProgress)
        return []
      case 3:
        return [{ kind: 'died', reason: lineOf(content) }]
      default:
        throw new ProtocolError(`no such side band: ${packet[0]}`)
    }
  }
}

/** `unpack ok`, then `ok <ref>` or `ng <ref> <reason>`: packets again, inside the side band. */
function createReportReader(
  ref: string,
): (content: Buffer, progress: string) => ReceivePackEvent[] {
  const packets = createPacketParser()
  const lines: string[] = []
  return (content, progress) =>
    packets(content).flatMap((packet) => {
      if (packet !== null) lines.push(lineOf(packet))
      return packet === null ? [judge(lines, ref, progress)] : []
    })
}

function judge(lines: readonly string[], ref: string, progress: string): ReceivePackEvent {
  if (lines.includes('unpack ok') && lines.includes(`ok ${ref}`)) {
    return { kind: 'reported', ok: true, reason: null }
  }
  const refused = lines.find((line) => line.startsWith(`ng ${ref} `))
  if (refused === undefined) throw new ProtocolError(`the report is silent about ${ref}`)
  const reason = refused.slice(`ng ${ref} `.length)
  // Git says only that a hook declined; why, the hook has said itself.
  const words = reason.endsWith('hook declined') ? progress.trim() : ''
  return { kind: 'reported', ok: false, reason: words || reason }
}

function refOf(packet: Buffer) {
  const ref = readRef(lineOf(packet))
  if (ref === undefined) throw new ProtocolError(`not a ref: ${lineOf(packet)}`)
  return ref
}

function lineOf(packet: Buffer): string {
  return packet.toString().replace(/\n$/, '')
}
