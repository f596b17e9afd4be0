export const examples = `
Examples:
  npx keyrace run deletion-race
  npx keyrace run deletion-race --strategy all --races 50 --seed 7 --out out/a
  npx keyrace run deletion-race --strategy poll --set poll.intervalMs=500 --commit-check full
  npx keyrace run deletion-race --strategy fingerprint --json > run.json
  npx keyrace list strategies`

export const exitCodeTable = `
Exit codes:
    0  pass
    1  wrong usage
    2  an invariant or a claim is broken
    5  invalid: it could not run here, or too few races were held to prove anything
  130  interrupted (143: terminated); a partial report was written`
