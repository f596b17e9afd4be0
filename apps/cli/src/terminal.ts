import type { Output, Process } from './deps.ts'

/** Whether lines must do: no terminal, CI, or somebody who asked for no colour. */
export function isPlain(output: Output, env: Process['env']): boolean {
  const isCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
  return output.isTTY !== true || isCi || (env.NO_COLOR ?? '') !== ''
}
