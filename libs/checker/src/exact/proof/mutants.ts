import type { BlackBoxRules } from '../../black-box.ts'
import { type Rules, sound } from '../rules.ts'
import { firstDisagreement, firstFalseAlarm } from './differential.ts'

/** A wrong checker, and how soon the comparison with brute force shows that it is wrong. */
export interface CheckerMutant {
  readonly id: string
  readonly sentence: string
  /** How many micro-histories it took; null if all of them agreed. */
  readonly kill: (most?: number) => number | null
}

const enough = 20_000

/** Each leaves out one rule of the checker. */
export const checkerMutants: readonly CheckerMutant[] = [
  exact('C-M1', 'closedIntervals', 'takes equal times for an order'),
  exact(
    'C-M2',
    'unknownMayHaveHappened',
    'takes what nobody knows of for something that never was',
  ),
  exact(
    'C-M3',
    'dueFromAcknowledgement',
    'demands from the begin of a mutation what is due at its end',
  ),
  exact('C-M4', 'generationsDiffer', 'takes a right to one generation for one to another'),
  exact('C-M5', 'ownClause', 'holds revocations to the bounds of grants, and the reverse'),
  exact('C-M6', 'monotone', 'lets everybody go back behind what they have seen'),
  exact('C-M7', 'orderFitsRealTime', 'believes revisions that real time forbids'),
  exact('C-M8', 'absentIsDropped', 'lets happen what the log proves absent'),
  exact('C-M9', 'refusedIsDropped', 'takes a refused mutation for one of unknown outcome'),
  exact('C-M10', 'nothingFromTheFuture', 'lets a decision see what began after it'),
  exact('C-M11', 'deletionNamesGeneration', 'ends whatever lives under the name of a deleted app'),
  exact('C-M12', 'monotoneAfterEnd', 'orders decisions that overlap'),
  exact('C-M13', 'orderByRevision', 'orders mutations by their acknowledgements'),
  exact('C-M14', 'dueBringsEarlier', 'waits for each mutation on its own'),
  exact('C-M15', 'seenBringsEarlier', 'lets a revision be seen before an earlier one has begun'),
  exact('C-M16', 'keyCounts', 'forgets whose key it is'),
  exact('C-M17', 'transferEndsOwnership', 'leaves an app to whoever gave it away'),
  exact('C-M18', 'earliestState', 'takes decisions to have seen as much as they can have'),
  blackBox('C-M19', 'mayForAcceptance', 'black box: convicts who may have had the right'),
  blackBox('C-M20', 'mustForDenial', 'black box: convicts who denied what may have been gone'),
]

function exact(id: string, rule: keyof Rules, sentence: string): CheckerMutant {
  const rules = { ...sound, [rule]: false }
  return { id, sentence, kill: (most = enough) => firstDisagreement(most, rules) }
}

function blackBox(id: string, rule: keyof BlackBoxRules, sentence: string): CheckerMutant {
  const rules = { mayForAcceptance: true, mustForDenial: true, [rule]: false }
  return { id, sentence, kill: (most = enough) => firstFalseAlarm(most, rules) }
}
