import { Worker } from 'node:worker_threads'

/** What a thread answers, once for each request and in order. */
export type Reply<A> =
  | { readonly kind: 'done'; readonly answer: A }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Threads that do one thing at a time. */
export interface Workers<Q, A> {
  /** Rejects where the work failed, and where the thread died or never answered: it is replaced by another. */
  ask(request: Q): Promise<A>
  close(): Promise<void>
}

/** As many threads as are asked at one time. */
export function startWorkers<Q, A>(script: URL, patienceMs: number): Workers<Q, A> {
  const idle = new Set<Worker>()
  const all = new Set<Worker>()

  return {
    async ask(request) {
      const worker = [...idle][0] ?? start()
      idle.delete(worker)
      try {
        const answer = await askThread<Q, A>(worker, request, patienceMs)
        idle.add(worker)
        return answer
      } catch (error) {
        all.delete(worker)
        await worker.terminate()
        throw error
      }
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }

  function start(): Worker {
    const worker = new Worker(script)
    all.add(worker)
    return worker
  }
}

function askThread<Q, A>(worker: Worker, request: Q, patienceMs: number): Promise<A> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      end()
      reject(new Error(`no answer after ${patienceMs} ms`))
    }, patienceMs)
    worker.on('message', take).on('error', fail).on('exit', leave)
    worker.postMessage(request)

    function take(reply: Reply<A>) {
      end()
      if (reply.kind === 'done') resolve(reply.answer)
      else reject(reply.error)
    }
    function fail(error: unknown) {
      end()
      reject(error)
    }
    function leave(code: number) {
      end()
      reject(new Error(`the thread ended with ${code}`))
    }
    function end() {
      clearTimeout(timeout)
      worker.off('message', take).off('error', fail).off('exit', leave)
    }
  })
}
