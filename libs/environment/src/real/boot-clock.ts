import { uptime } from 'node:os'

/** Milliseconds since the host was started, in steps of ten; they go on while it sleeps. */
export function realBootClock(): number {
  return uptime() * 1000
}
