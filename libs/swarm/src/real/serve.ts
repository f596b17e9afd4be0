import { parentPort } from 'node:worker_threads'
import type { Reply } from './workers.ts'

/** What a thread does with each request of its pool. */
export function serve<Q, A>(work: (request: Q) => Promise<A>): void {
  parentPort?.on('message', (request: Q) => {
    const reply = (told: Reply<A>) => parentPort?.postMessage(told)
    work(request).then(
      (answer) => reply({ kind: 'done', answer }),
      (error) => reply({ kind: 'failed', error }),
    )
  })
}
