/** One packet of git's wire format; null is a flush packet. */
export type Packet = Buffer | null

export const flushPacket = Buffer.from('0000')

/** The longest packet, its four digits of length included. */
const longestPacket = 65_520

/** The server sent something that is not git's protocol. */
export class ProtocolError extends Error {
  readonly code = 'malformed'
  constructor(message: string) {
    super(message)
    this.name = 'ProtocolError'
  }
}

export function encodePacket(payload: string): Buffer {
  const length = Buffer.byteLength(payload) + 4
  if (length > longestPacket) throw new RangeError(`a packet of ${length} bytes`)
  return Buffer.from(length.toString(16).padStart(4, '0') + payload)
}

/**
 * Reads packets out of a stream of chunks, cut anywhere: each call returns the packets that are complete
 * by then, and never keeps more than one unfinished packet. Throws a ProtocolError.
 */
export function createPacketParser(): (chunk: Uint8Array) => Packet[] {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    const packets: Packet[] = []
    let bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    while (bytes.length >= 4) {
      const length = lengthOf(bytes)
      if (bytes.length < length) break
      packets.push(length === 0 ? null : bytes.subarray(4, length))
      bytes = bytes.subarray(length || 4)
    }
    rest = bytes
    return packets
  }
}

/** Lengths 1 to 3 mean something in version 2 of the protocol only, which receive-pack does not speak. */
function lengthOf(bytes: Buffer): number {
  const digits = bytes.toString('latin1', 0, 4)
  const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
  if (length === 0 || (length >= 4 && length <= longestPacket)) return length
  throw new ProtocolError(`not a packet length: ${JSON.stringify(digits)}`)
}
