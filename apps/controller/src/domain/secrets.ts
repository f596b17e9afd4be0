/** How passwords and tokens are kept: never as they are. */
export interface Secrets {
  hashPassword(password: string): Promise<string>
  /** Without a stored hash it takes as long as with one, and is false. */
  verifyPassword(password: string, hash: string | undefined): Promise<boolean>
  /** Tokens are random, so a fast hash will do. */
  hashToken(token: string): string
}
