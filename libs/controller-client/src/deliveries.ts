import { type Delivery, deliver, errorBody, errors, headers } from '@keyrace/contracts'
import type { Answer, Inbox, OpenInbox, Points } from '@keyrace/environment'
import { conforms } from './conforms.ts'

/** Takes what the controller tells us. `take` answers how far we go by it; what breaks the contract is refused. */
export function receiveDeliveries(
  inbox: Inbox,
  take: (delivery: Delivery) => number,
  points?: Points,
): Promise<OpenInbox> {
  return inbox.open(deliver, async ({ input: { body } }): Promise<Answer> => {
    if (!conforms(deliver.body, body)) return malformed()
    const heldBefore = points?.('delivery/before-take')
    if (heldBefore) await heldBefore
    const applied = take(body as Delivery)
    const heldAfter = points?.('delivery/before-answer')
    if (heldAfter) await heldAfter
    return { status: deliver.status, headers: {}, body: { applied } }
  })
}

function malformed(): Answer {
  const code = 'invalid-request'
  return { status: errors[code].status, headers: { [headers.code]: code }, body: errorBody(code) }
}
