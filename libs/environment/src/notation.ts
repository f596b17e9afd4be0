/** How people write times and addresses: on command lines, and wherever else they are asked. */
const unitsInMs = { us: 0.001, ms: 1, s: 1_000 } as const

/** Reads `50us`, `0.3ms` or `10s` into milliseconds; undefined where it is nothing of the kind. */
export function readDurationMs(text: string): number | undefined {
  const { value, unit } = /^(?<value>\d+(\.\d+)?)(?<unit>us|ms|s)$/.exec(text)?.groups ?? {}
  return value === undefined ? undefined : Number(value) * unitsInMs[unit as keyof typeof unitsInMs]
}

/** Reads `127.0.0.1:8000` or `[::1]:8000`; undefined where it is nothing of the kind. */
export function readAddress(text: string): { host: string; port: number } | undefined {
  const { host, port } = /^(?<host>.+):(?<port>\d{1,5})$/.exec(text)?.groups ?? {}
  if (host === undefined || Number(port) > 65_535) return undefined
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}
