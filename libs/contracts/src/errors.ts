/**
 * Every code that the controller answers with; it travels in the header `X-Keyrace-Code`. `body` is the
 * shape that Deis gave the text: a bare string for what is missing, `{detail}`, or the field at fault.
 */
export const errors = {
  'not-modified': { status: 304, body: 'none', text: 'Nothing has changed since.' },
  'invalid-request': { status: 400, body: 'detail', text: 'The request does not fit the contract' },
  'invalid-public-key': { status: 400, body: 'public', text: 'Key contains invalid base64 chars' },
  'key-in-use': { status: 400, body: 'public', text: 'Public Key is already in use' },
  'key-name-taken': { status: 400, body: 'id', text: 'SSH Key with this id already exists.' },
  'app-name-taken': {
    status: 400,
    body: 'id',
    text: 'Application with this id already exists.',
  },
  'username-taken': {
    status: 400,
    body: 'username',
    text: 'A user with that username already exists.',
  },
  'token-in-use': { status: 400, body: 'detail', text: "The token is another user's already." },
  'wrong-credentials': {
    status: 400,
    body: 'non_field_errors',
    text: 'Unable to log in with provided credentials.',
  },
  unauthenticated: {
    status: 401,
    body: 'detail',
    text: 'Unauthorized: Missing or Invalid Token',
  },
  forbidden: {
    status: 403,
    body: 'detail',
    text: 'You do not have permission to perform this action.',
  },
  'key-not-found': { status: 404, body: 'string', text: 'No Key matches the given query.' },
  'app-not-found': { status: 404, body: 'string', text: 'No App matches the given query.' },
  'user-not-found': { status: 404, body: 'string', text: 'No User matches the given query.' },
  'release-not-found': { status: 404, body: 'string', text: 'No Release matches the given query.' },
  'route-not-found': { status: 404, body: 'string', text: 'Not found.' },
  'revision-gone': {
    status: 410,
    body: 'detail',
    text: 'The changes since then are not kept, or are of another history: take a snapshot.',
  },
  'generation-gone': {
    status: 409,
    body: 'detail',
    text: 'The app was deleted, and created again under the same name.',
  },
  'user-owns-apps': {
    status: 409,
    body: 'detail',
    text: 'The user still owns apps: delete or transfer them first.',
  },
  'release-settled': {
    status: 409,
    body: 'detail',
    text: 'The release was settled the other way.',
  },
  'ref-moved': {
    status: 409,
    body: 'detail',
    text: 'The last release was made from another commit than the one that this push replaces.',
  },
  'server-error': { status: 500, body: 'detail', text: 'Server Error' },
  'too-many-builders': {
    status: 503,
    body: 'detail',
    text: 'No more builders can be called.',
  },
  'not-delivered': {
    status: 503,
    body: 'detail',
    text: 'The change stands, but not everybody who must know of it could be told: it may be repeated.',
  },
  'not-ready': { status: 503, body: 'detail', text: 'The database does not answer.' },
} as const satisfies Record<string, ErrorShape>

interface ErrorShape {
  readonly status: number
  readonly body: 'none' | 'string' | 'detail' | 'id' | 'public' | 'username' | 'non_field_errors'
  readonly text: string
}

export type ErrorCode = keyof typeof errors

/** The body that goes with a code, as Deis shaped it. */
export function errorBody(code: ErrorCode, text: string = errors[code].text): unknown {
  const { body }: ErrorShape = errors[code]
  if (body === 'none') return null
  if (body === 'string') return text
  return { [body]: body === 'detail' ? text : [text] }
}

/** What such a body says; undefined where it is none. */
export function errorText(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  if (typeof body !== 'object' || body === null) return undefined
  const [text] = Object.values(body).flat()
  return typeof text === 'string' ? text : undefined
}
