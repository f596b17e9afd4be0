const examples = {
  keyrace: ['demo', 'run deletion-race', 'compare out/a out/b', 'up', 'list strategies', 'doctor'],
  demo: ['demo', 'demo --seed 7 --out out/seven', 'demo --mode sim'],
  run: [
    'run deletion-race',
    'run deletion-race --strategy all --races 50 --seed 7 --out out/a',
    'run revocation-race --strategy all',
    'run add-then-push --strategy fingerprint,ttl-cache,poll',
    'run deletion-race --strategy fingerprint,ttl-cache --service-time 0.3ms,10ms --detect 10%',
    'run deletion-race --strategy poll --set poll.intervalMs=500 --commit-check full',
    "run deletion-race --threshold 'p(95)<250' --fail-on-worse",
    'run deletion-race --system deis-2018',
    'run deletion-race --quirk all-apps',
    'run deletion-race --strategy fingerprint --json > run.json',
  ],
  swarm: [
    'swarm',
    'swarm --budget 60s --json > swarm.json',
    'swarm --strategy lease,poll --seeds 500 --seed 7',
    'swarm --system deis-2018',
  ],
  mutants: ['mutants', 'mutants --only M1,M22 --json', 'mutants --without stale-reject'],
  up: ['up', 'up --strategy poll --commit-check none', 'up --key ~/.ssh/id_ed25519.pub'],
  replay: [
    'replay out/swarm-17/plan.json',
    'replay swarm-1:17:system=deis-2018 --out out/seventeen',
    'replay out/a/plan.json --mode sim --json',
  ],
  compare: ['compare out/before out/after', 'compare out/before out/after --margin 5% --json'],
  report: [
    'report out/a',
    'report out/a --format junit --out junit.xml',
    'report out/a --format md --out -',
  ],
  list: ['list', 'list quirks', 'list strategies --json'],
} as const

/** What people type, for the end of a help text. */
export function examplesOf(command: keyof typeof examples): string {
  return `\nExamples:\n${examples[command].map((line) => `  npx keyrace ${line}`).join('\n')}`
}

export const exitCodeTable = `
Exit codes:
    0  pass
    1  wrong usage
    2  an invariant or a claim is broken
    3  a threshold does not hold
    4  worse beyond the margin (compare, --fail-on-worse)
    5  invalid: it could not run here, too few races were held, or nothing was compared
  130  interrupted (143: terminated); a partial report was written`
