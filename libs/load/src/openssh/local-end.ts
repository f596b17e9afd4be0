import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * The local end (`127.0.0.1:40312`) of the TCP connection that a process of this host has to a port, IPv4
 * only; undefined where it has none, or is gone. Linux alone tells this, and ssh does not.
 */
export function localEndOf(pid: number, remotePort: number): string | undefined {
  try {
    const sockets = socketsOf(pid)
    const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').map(readRow)
    const row = rows.find(
      ({ inode, remote }) => sockets.has(inode) && readPort(remote) === remotePort,
    )
    return row && `${readAddress(row.local)}:${readPort(row.local)}`
  } catch {
    return undefined
  }
}

/** By inode. */
function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`
  const links = readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`))
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}

function readRow(line: string) {
  const [, local = '', remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
  return { local, remote, inode }
}

/** Of `0100007F:9D78`: the kernel writes the address as a number of its own byte order. */
function readAddress(end: string): string {
  const bytes = new Uint8Array(Uint32Array.of(Number.parseInt(end.slice(0, 8), 16)).buffer)
  return bytes.join('.')
}

function readPort(end: string): number {
  return Number.parseInt(end.slice(9), 16)
}
