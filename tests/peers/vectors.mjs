// Writes the messages of tests/vectors/messages.json from their descriptions, with lib0 and
// y-protocols, and prints what differs from the bytes that stand there, as a list in JSON.
import { readFileSync } from 'node:fs'
import * as encoding from 'lib0/encoding'
import * as auth from 'y-protocols/auth'
import * as sync from 'y-protocols/sync'
import { hex } from './shown.mjs'

const bytes = (text) => Buffer.from(text, 'hex')

/** The bodies that both framings share. */
const SHARED = {
  SyncStep1: (encoder, { data }) => kind(encoder, 0, sync.messageYjsSyncStep1, data),
  SyncStep2: (encoder, { data }) => kind(encoder, 0, sync.messageYjsSyncStep2, data),
  Update: (encoder, { data }) => {
    encoding.writeVarUint(encoder, 0)
    sync.writeUpdate(encoder, bytes(data))
  },
  Awareness: (encoder, { data }) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint8Array(encoder, bytes(data))
  },
  QueryAwareness: (encoder) => encoding.writeVarUint(encoder, 3),
}
const FRAMINGS = {
  'y-websocket': {
    ...SHARED,
    PermissionDenied: (encoder, { reason }) => {
      encoding.writeVarUint(encoder, 2)
      auth.writePermissionDenied(encoder, reason)
    },
  },
  hocuspocus: {
    ...SHARED,
    Authenticate: (encoder, { token, version }) => {
      words(encoder, [2, 0], token)
      if (version !== undefined) encoding.writeVarString(encoder, version)
    },
    PermissionDenied: (encoder, { reason }) => words(encoder, [2, 1], reason),
    Authenticated: (encoder, { scope }) => words(encoder, [2, 2], scope),
    Stateless: (encoder, { payload }) => words(encoder, [5], payload),
    CloseNote: (encoder) => encoding.writeVarUint(encoder, 7),
    Saved: (encoder) => words(encoder, [8, 1]),
    NotSaved: (encoder) => words(encoder, [8, 0]),
  },
}

function kind (encoder, type, step, data) {
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, bytes(data))
}

function words (encoder, numbers, text) {
  for (const number of numbers) encoding.writeVarUint(encoder, number)
  if (text !== undefined) encoding.writeVarString(encoder, text)
}

function written (write) {
  const encoder = encoding.createEncoder()
  write(encoder)
  return hex(encoding.toUint8Array(encoder))
}

function messageOf ({ framing, name, message }) {
  return written((encoder) => {
    if (name !== undefined) encoding.writeVarString(encoder, name)
    FRAMINGS[framing][message.type](encoder, message)
  })
}

const listed = JSON.parse(readFileSync(process.argv[2], 'utf-8'))
const differing = []
for (const { value, bytes } of listed.numbers) {
  const ours = written((encoder) => encoding.writeVarUint(encoder, value))
  if (ours !== bytes) differing.push({ value, ours, bytes })
}
for (const { clocks, bytes } of listed.stateVectors) {
  const ours = written((encoder) => {
    encoding.writeVarUint(encoder, clocks.length)
    for (const number of clocks.flat()) encoding.writeVarUint(encoder, number)
  })
  if (ours !== bytes) differing.push({ clocks, ours, bytes })
}
for (const vector of [...listed.fromClients, ...listed.fromServer]) {
  const ours = messageOf(vector)
  if (ours !== vector.bytes) differing.push({ ...vector, ours })
}
process.stdout.write(JSON.stringify(differing))
