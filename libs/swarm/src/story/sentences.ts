import { duration, seconds } from '@keyrace/checker'
import type { PlannedFault, PlannedOperation } from '@keyrace/contracts'
import { words } from '@keyrace/report'
import type { Deed } from './deeds.ts'

/** `bob pushes to foo through builder-2: let in after 3 ms by a copy of 40 ms ago; acknowledged after 31 ms` */
export function deedText(deed: Deed): string {
  const { planned, fromMs, end } = deed
  const result = planned.f === 'push' ? pushResult(deed) : mutationResult(deed)
  const after = end === undefined ? '' : ` after ${duration(end.t - fromMs)}`
  return `${whatIsDone(planned)}: ${result}${after}`
}

function whatIsDone({ f, by, user, key, app, replica }: PlannedOperation): string {
  switch (f) {
    case 'push':
      return `${by} pushes to ${app} through ${replica}${key === undefined ? '' : ` with ${key}`}`
    case 'createApp':
      return `${by} creates ${app}`
    case 'deleteApp':
      return `${by} deletes ${app}`
    case 'transferApp':
      return `${by} hands ${app} over to ${user}`
    case 'grant':
      return `${by} lets ${user} push to ${app}`
    case 'revokeGrant':
      return `${by} no longer lets ${user} push to ${app}`
    case 'addKey':
      return `${user ?? by} adds the key ${key}`
    case 'removeKey':
      return `${user ?? by} removes the key ${key}`
  }
}

function mutationResult({ end }: Deed): string {
  if (end?.type === 'ok') return 'acknowledged'
  return end?.type === 'fail' ? `refused (${end.reason})` : 'nobody knows whether it was done'
}

function pushResult({ fromMs, end, admission }: Deed): string {
  const isIn = admission?.type === 'ok'
  const letIn = isIn ? `let in after ${duration(admission.t - fromMs)}${basis(admission)}; ` : ''
  switch (end?.type) {
    case 'ok':
      return `${letIn}acknowledged`
    case 'denied':
    case 'fail':
      return `${letIn}refused (${end.reason})`
    default:
      return `${letIn}nobody knows how it ended`
  }
}

/** What the decision rested on. */
function basis({ source, copyAgeMs }: NonNullable<Deed['admission']>): string {
  if (source === null) return ''
  return copyAgeMs ? ` by a ${source} ${duration(copyAgeMs)} old` : ` by ${source}`
}

/** `cut until 4.000 s: builder-2 and controller (took effect 3 times)` */
export function faultText(fault: PlannedFault, toMs: number, times: number | undefined): string {
  const { kind, node, peer, bothWays, strength } = fault
  const where = peer === undefined ? node : `${node} ${bothWays ? 'and' : 'to'} ${peer}`
  const parts = [
    ...(strength === undefined ? [] : [`strength ${strength}`]),
    ...(times === undefined ? [] : [times === 0 ? 'without effect' : `took effect ${times} times`]),
  ]
  const note = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  return `${words(kind)} until ${seconds(toMs)}: ${where}${note}`
}
