import { readFile } from 'node:fs/promises'

/** What builders or reapers wrote, file after file. */
export async function readEvidence<Evidence>(
  files: readonly string[],
): Promise<readonly Evidence[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  // Who was killed may have left the last line half written: it is no evidence.
  return texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  )
}
