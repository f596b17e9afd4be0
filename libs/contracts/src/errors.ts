/**
 * Every code that the controller answers with. `body` is Deis's shape: a JSON string for what is
 * missing, `{detail}` otherwise; the code itself travels in the header `X-Keyrace-Code`.
 */
export const errors = {
  'invalid-request': { status: 400, body: 'detail', text: 'The request does not fit the contract' },
  'invalid-public-key': { status: 400, body: 'detail', text: 'Key contains invalid base64 chars' },
  'key-in-use': { status: 400, body: 'detail', text: 'Public Key is already in use' },
  'key-name-taken': { status: 400, body: 'detail', text: 'SSH Key with this id already exists.' },
  'app-name-taken': {
    status: 400,
    body: 'detail',
    text: 'Application with this id already exists.',
  },
  'username-taken': {
    status: 400,
    body: 'detail',
    text: 'A user with that username already exists.',
  },
  'wrong-credentials': {
    status: 400,
    body: 'detail',
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
  'server-error': { status: 500, body: 'detail', text: 'Server Error' },
  'not-ready': { status: 503, body: 'detail', text: 'The database does not answer.' },
} as const satisfies Record<string, { status: number; body: 'string' | 'detail'; text: string }>

export type ErrorCode = keyof typeof errors

/** The body that goes with a code, as Deis shaped it. */
export function errorBody(code: ErrorCode, text: string = errors[code].text): unknown {
  return errors[code].body === 'string' ? text : { detail: text }
}
