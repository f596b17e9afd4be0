import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exampleRecord } from '../../../testing/example-run.ts'
import { htmlReport } from '../page.ts'

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
)
const title = chromium ? 'in a browser' : 'in a browser (needs Chromium: apt-get install chromium)'

describe.skipIf(chromium === undefined)(title, () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyrace-timeline-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  test('the script is allowed to run, and paints no more than there is', async () => {
    const record = exampleRecord()
    const { history } = record
    const operations = history.filter(({ f, type }) => type === 'invoke' && f !== 'admission')
    const painted = /data-painted="(\d+)"/.exec(await opened(htmlReport(record)))?.[1]
    expect(Number(painted)).toBeGreaterThan(20)
    expect(Number(painted)).toBeLessThanOrEqual(operations.length)
  })

  test('a script that came in with the run is not', async () => {
    const page = htmlReport(exampleRecord()).replace(
      '</main>',
      '<script>document.title = "taken over"</script></main>',
    )
    expect((await opened(page)).includes('<title>taken over</title>')).toBe(false)
  })

  /** The page as it is once its script has run. */
  async function opened(page: string): Promise<string> {
    const file = join(folder, 'report.html')
    await writeFile(file, page)
    const { stdout } = await promisify(execFile)(
      chromium ?? '',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--window-size=1280,900'],
        ...[`--user-data-dir=${join(folder, 'profile')}`, '--virtual-time-budget=3000'],
        ...['--dump-dom', `file://${file}`],
      ],
      { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
    )
    return stdout
  }
})
