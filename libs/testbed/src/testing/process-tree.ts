import { readdirSync, readFileSync } from 'node:fs'

/** The processes that `pid` started, and those that they started, as of now. From /proc: Linux only. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map(allPids().map((child) => [child, statusOf(child)?.parent]))
  const below = (ancestor: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === ancestor ? [child, ...below(child)] : []))
  return below(pid)
}

/** The letter of /proc: R, S, D, T (stopped), Z (ended, and nobody has asked after it); undefined: gone. */
export function stateOf(pid: number): string | undefined {
  return statusOf(pid)?.state
}

export function isRunning(pid: number): boolean {
  const state = stateOf(pid)
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** What it calls itself; empty when it is gone. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? ''
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function statusOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  const stat = read(pid, 'stat')
  if (stat === undefined) return undefined
  // The command in parentheses may hold anything: count from its last parenthesis.
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, parent: Number(parent) }
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
