// Installs what the lock file asks for when node_modules does not hold it yet. Plain JavaScript that
// runs on Node 20, because npm starts it before the project's own Node is there.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(`${root}${lockFile}`, 'utf8')).packages
  } catch {
    return {}
  }
}

const wanted = Object.entries(packagesIn('package-lock.json')).filter(
  ([path, entry]) => path.startsWith('node_modules/') && !entry.link,
)
const installed = packagesIn('node_modules/.package-lock.json')
// What is optional belongs to other platforms where it is not there at all.
const missing = wanted.filter(([path, entry]) => {
  const found = installed[path]
  return found === undefined ? !entry.optional : found.version !== entry.version
})

if (missing.length > 0) {
  process.stderr.write(`Installing ${missing.length} packages (once, about half a minute)…\n`)
  const { status } = spawnSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 2, 2] })
  process.exit(status ?? 1)
}
