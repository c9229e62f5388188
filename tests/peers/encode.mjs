// The messages of the protocol as y-protocols and lib0 write them, in hexadecimal.
import * as encoding from 'lib0/encoding'
import * as auth from 'y-protocols/auth'
import * as awareness from 'y-protocols/awareness'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'

const NUMBERS = [0, 1, 127, 128, 16383, 16384, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1]

function written (write) {
  const encoder = encoding.createEncoder()
  write(encoder)
  return Buffer.from(encoding.toUint8Array(encoder)).toString('hex')
}

const message = (type, write) => written((encoder) => {
  encoding.writeVarUint(encoder, type)
  write(encoder)
})

export function encodeAll (update, state, reason, note) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  const people = new awareness.Awareness(doc)
  people.setLocalState(state)
  const encoded = {
    step_1: message(0, (encoder) => sync.writeSyncStep1(encoder, doc)),
    step_2: message(0, (encoder) => {
      encoding.writeVarUint(encoder, sync.messageYjsSyncStep2)
      encoding.writeVarUint8Array(encoder, update)
    }),
    update: message(0, (encoder) => sync.writeUpdate(encoder, update)),
    awareness: message(1, (encoder) => {
      encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(people, [doc.clientID]))
    }),
    denied: message(2, (encoder) => auth.writePermissionDenied(encoder, reason)),
    query: message(3, () => {}),
    prefix: written((encoder) => encoding.writeVarString(encoder, note)),
    numbers: NUMBERS.map((value) => [value, written((encoder) => encoding.writeVarUint(encoder, value))]),
  }
  people.destroy()
  doc.destroy()
  return encoded
}
