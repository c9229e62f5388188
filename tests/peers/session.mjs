// A random session of several Yjs replicas of a note: everything that its text can do, undone and
// done again, with and without garbage collection, offline, out of order, merged and repeated.
import * as Y from 'yjs'
import { hex, PANES, shown } from './shown.mjs'

const STEPS = 120
const WORDS = ['a', 'é', '« Œuvre »', 'salarié·e·s\n', '😀', '👩🏽‍🚒', 'x😀y', '\n', ' ', '\u0000', 'z'.repeat(300)]
const FORMATS = [
  { bold: true }, { bold: null }, { link: 'https://exemple.fr/«é»?a=%22' }, { link: null },
  { comment: { id: 7, by: ['Zoé', 1.5e3] } }, { size: 12 }, { note: '😀"\\\u2028' },
]
const EMBEDS = [{ image: 'é.png' }, { a: [1, null, { b: false }] }, {}]

/** Numbers that depend on the seed alone (mulberry32). */
function dice (seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count) => Math.floor(next() * count)
  return { below, pick: (list) => list[below(list.length)], chance: (share) => next() < share }
}

/** The places in a text between two characters: never inside one. */
function places (text) {
  const found = [0]
  for (const { insert } of text.toDelta()) {
    const lengths = typeof insert === 'string' ? [...insert].map((one) => one.length) : [1]
    for (const length of lengths) found.push(found.at(-1) + length)
  }
  return found
}

export function session (seed) {
  const random = dice(seed)
  const server = { doc: new Y.Doc(), heard: [] }
  const replicas = Array.from({ length: 2 + random.below(3) }, (_, number) => {
    const doc = new Y.Doc({ gc: random.chance(0.7) })
    doc.clientID = random.chance(0.5) ? 1 + number : random.below(2 ** 32)
    const replica = { doc, inboxes: new Map(), offline: [], connected: true }
    replica.undo = new Y.UndoManager(PANES.map((pane) => doc.getText(pane)), { captureTimeout: 0 })
    return replica
  })
  for (const replica of replicas) {
    for (const other of replicas) if (other !== replica) replica.inboxes.set(other, [])
    replica.doc.on('update', (update, origin) => {
      if (origin === 'network') return
      for (const other of replicas) other.inboxes.get(replica)?.push(update)
      if (replica.connected) send(server, update)
      else replica.offline.push(update)
    })
  }
  for (let step = 0; step < STEPS; step++) act(random.pick(replicas), random, server)
  for (const replica of replicas) back(replica, random, server)
  // Yjs tidies formats after what it receives, which is an edit that the others receive in turn.
  while (replicas.some((replica) => waiting(replica).length > 0)) {
    for (const replica of replicas) while (waiting(replica).length > 0) receive(replica, random)
  }
  // A server that held what waited asks again for all that it lacks; more does no harm.
  for (const { doc } of replicas) send(server, Y.encodeStateAsUpdate(doc))
  const ends = replicas.map(({ doc }) => shown(doc))
  for (const { doc, undo } of replicas) {
    undo.destroy()
    doc.destroy()
  }
  return { sent: server.heard.map(hex), ends }
}

function send (server, update) {
  server.heard.push(update)
  Y.applyUpdate(server.doc, update)
}

/** What a provider answers to the question of what the server lacks; it may hold what still waits. */
const lackedBy = (server, doc) => Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server.doc))

const waiting = ({ inboxes }) => [...inboxes.values()].filter((inbox) => inbox.length > 0)

function act (replica, random, server) {
  if (waiting(replica).length > 0 && random.chance(0.3)) receive(replica, random)
  else if (random.chance(0.06)) {
    if (replica.connected) replica.connected = false
    else back(replica, random, server)
  } else if (random.chance(0.1)) random.chance(0.6) ? replica.undo.undo() : replica.undo.redo()
  else if (random.chance(0.1)) {
    replica.doc.transact(() => { for (let count = 0; count < 5; count++) edit(replica, random) })
  } else if (random.chance(0.05) && server.heard.length > 0) send(server, random.pick(server.heard))
  else edit(replica, random)
}

/** Tabs hand each other what they type, whatever the server has: each in order, not all of them. */
function receive (replica, random) {
  Y.applyUpdate(replica.doc, random.pick(waiting(replica)).shift(), 'network')
}

/** Come back after a time offline, in one of the ways that providers have. */
function back (replica, random, server) {
  const { doc, offline } = replica
  const how = random.pick(['difference', 'merged', 'everything', 'one by one'])
  if (how === 'difference') send(server, lackedBy(server, doc))
  else if (how === 'everything') send(server, Y.encodeStateAsUpdate(doc))
  else if (how === 'merged' && offline.length > 0) send(server, Y.mergeUpdates(offline))
  else for (const update of offline) send(server, update)
  replica.offline = []
  replica.connected = true
}

function edit ({ doc }, random) {
  const text = doc.getText(random.pick(PANES))
  const between = places(text)
  const from = random.below(between.length)
  const to = Math.min(between.length - 1, from + 1 + random.below(12))
  const [start, length] = [between[from], between[to] - between[from]]
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      if (length > 0) text.delete(start, length)
      break
    case 3:
    case 4:
      if (length > 0) text.format(start, length, random.pick(FORMATS))
      break
    case 5:
      text.insertEmbed(start, random.pick(EMBEDS), random.chance(0.3) ? { bold: true } : {})
      break
    case 6:
      text.insert(start, random.pick(WORDS), random.pick(FORMATS))
      break
    case 7:
      text.applyDelta([{ retain: start }, { insert: random.pick(WORDS) }, { delete: length }].filter(
        (change) => Object.values(change)[0] !== 0))
      break
    default:
      text.insert(start, random.pick(WORDS))
  }
}
