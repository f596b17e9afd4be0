import type { Check } from './check.ts'
import { examine } from './examine.ts'
import { markOf } from './mark.ts'

/** `✓ Node  ✓ git  ✗ ssh`: what the doctor found, in short, without what nobody misses. */
export async function doctorLine(checks: readonly Check[], columns: number): Promise<string> {
  const notable = (await examine(checks)).filter(({ status }) => status !== 'optional')
  return notable
    .map((diagnosis) => `${markOf(diagnosis)} ${diagnosis.name}`)
    .reduce((text, item) => {
      const lastLine = text.slice(text.lastIndexOf('\n') + 1)
      const hasRoom = `${lastLine}  ${item}`.length <= columns
      return `${text}${hasRoom ? '  ' : '\n'}${item}`
    })
}
