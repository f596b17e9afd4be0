import { open } from 'node:fs/promises'
import { type Clock, sleep } from '@keyrace/environment'

const pauseMs = 200
const chunkBytes = 65_536

/** Tells each line that is added to the files, until the signal comes. */
export async function followFiles(
  files: readonly string[],
  tell: (line: string) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const handles = await Promise.all(files.map((file) => open(file)))
  for (const handle of handles) cleanup.defer(() => handle.close())
  const readers = handles.map(createLineReader)
  while (!signal.aborted) {
    for (const read of readers) for (const line of await read()) tell(line)
    await sleep(clock, pauseMs, signal)
  }
}

/** Answers the whole lines that have come since it was last asked. */
function createLineReader(handle: Awaited<ReturnType<typeof open>>) {
  const decoder = new TextDecoder()
  const buffer = new Uint8Array(chunkBytes)
  let rest = ''
  return async (): Promise<string[]> => {
    let bytesRead: number
    do {
      bytesRead = (await handle.read(buffer, 0, chunkBytes, null)).bytesRead
      rest += decoder.decode(buffer.subarray(0, bytesRead), { stream: true })
    } while (bytesRead === chunkBytes)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    return lines
  }
}
