export interface Tokens {
  readonly operatorToken: string
  /** Arm → token. */
  readonly builderTokens: Readonly<Record<string, string>>
}

/** The secrets, which come by the environment so that no process list shows them. */
export function readTokens(
  environment: Readonly<Record<string, string | undefined>>,
  fail: (message: string) => never,
): Tokens {
  const { KEYRACE_OPERATOR_TOKEN: operatorToken, KEYRACE_BUILDER_TOKENS: pairs = '' } = environment
  if (!operatorToken) return fail('set KEYRACE_OPERATOR_TOKEN to a secret')
  const tokens = pairs.split(',').filter(Boolean).map(splitPair)
  if (tokens.some(([arm, token]) => arm === '' || token === '')) {
    return fail('set KEYRACE_BUILDER_TOKENS to arm=secret,other-arm=secret2')
  }
  if (new Set(tokens.map(([, token]) => token)).size < tokens.length) {
    return fail('give each arm in KEYRACE_BUILDER_TOKENS a secret of its own')
  }
  return { operatorToken, builderTokens: Object.fromEntries(tokens) }
}

function splitPair(pair: string): [arm: string, token: string] {
  const [arm = '', ...token] = pair.split('=')
  return [arm, token.join('=')]
}
