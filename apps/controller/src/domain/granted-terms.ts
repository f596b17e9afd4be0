import type { Store, TermKind } from '../store/store.ts'

/** What builders were given may outlast the controller that gave it: it is kept for the one after it. */
export interface GrantedTerms {
  /** For how long after its start a controller must reckon with those of the one before it; 0: there are none. */
  earlierMs(): Promise<number>
  /** To be waited for before such a term is given. */
  keep(termMs: number): Promise<void>
}

/** Asks the database about a term once in each history, and not each time that one is renewed. */
export function createGrantedTerms(
  store: Pick<Store, 'epoch' | 'keptTermMs' | 'keepTerm'>,
  kind: TermKind,
): GrantedTerms {
  let kept = { epoch: store.epoch, termMs: 0 }
  return {
    earlierMs: () => store.keptTermMs(kind),
    async keep(termMs) {
      const { epoch } = store
      if (termMs <= (kept.epoch === epoch ? kept.termMs : 0)) return
      await store.keepTerm(kind, termMs)
      kept = { epoch, termMs }
    },
  }
}
