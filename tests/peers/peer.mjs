// Many stock clients in one process, told what to do by JSON lines on a local connection.
//
//   → {"n": 1, "do": "open", "id": "ada", "kind": "y-websocket@3.1", "url": "ws://…", "note": …, "token": …}
//   ← {"n": 1, "ok": null}            the answer, or {"n": 1, "error": "a sentence"}
//   ← {"id": "ada", "event": "synced", "synced": true}
//
// Each connection has clients of its own, which end with it. The process prints its port, and ends
// with its standard input. Nothing here sleeps: `wait` looks again at each event of its client,
// until its deadline.
import { createServer } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import * as Y from 'yjs'
import { open } from './clients.mjs'
import { encodeAll } from './encode.mjs'

const pane = (peer, name) => peer.client.doc.getText(name)

const state = ({ client }) => ({
  notes: client.doc.getText('notes').toString(),
  conclusions: client.doc.getText('conclusions').toString(),
  synced: client.synced(),
  connected: client.connected(),
  unsynced: client.unsynced(),
  scope: client.scope(),
})

const people = ({ client }) => [...client.awareness.getStates().entries()]

const holds = {
  synced: (peer, value) => peer.client.synced() === value,
  connected: (peer, value) => peer.client.connected() === value,
  unsynced: (peer, value) => (peer.client.unsynced() > 0) === value,
  scope: (peer, value) => peer.client.scope() === value,
  contains: (peer, value, name) => pane(peer, name).toString().includes(value),
  equals: (peer, value, name) => pane(peer, name).toString() === value,
  bold: (peer, value, name) =>
    pane(peer, name).toDelta().some(({ insert, attributes }) => insert === value && attributes?.bold === true),
  people: (peer, value) => people(peer).length === value,
  person: (peer, value) => people(peer).some(([, state]) => isDeepStrictEqual(state, value)),
}

function conditionOf ({ pane: name = 'notes', ...until }) {
  const tests = Object.entries(until).map(([key, value]) => {
    if (!holds[key]) throw new Error(`unknown condition ${key}`)
    return (peer) => holds[key](peer, value, name)
  })
  return (peer) => tests.every((test) => test(peer))
}

/** Insert text one key at a time, each after the one before, wherever others have moved it. */
function typeKeys (peer, text, name, at, rate) {
  const target = pane(peer, name)
  const start = at === 'end' ? target.length : at
  if (!rate) {
    target.insert(start, text)
    return null
  }
  let place = Y.createRelativePositionFromTypeIndex(target, start, -1)
  const keys = [...text] // code points: an emoji is one key
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const { index } = Y.createAbsolutePositionFromRelativePosition(place, peer.client.doc)
        const key = keys.shift()
        target.insert(index, key)
        place = Y.createRelativePositionFromTypeIndex(target, index + key.length, -1)
        if (keys.length === 0) {
          clearInterval(timer)
          resolve(null)
        }
      } catch (error) {
        clearInterval(timer)
        reject(error)
      }
    }, 1000 / rate)
  })
}

/** The commands of one connection. Its clients are in `peers`, by id; `sockets` are shared by name. */
function commandsOf (peers, sockets, say) {
  const peerOf = (id) => {
    const peer = peers.get(id)
    if (!peer) throw new Error(`there is no client ${id}`)
    return peer
  }
  return {
    open ({ id, ...how }) {
      if (peers.has(id)) throw new Error(`there is a client ${id} already`)
      const peer = { client: null, waiting: new Set() }
      const changed = () => { for (const look of [...peer.waiting]) look() }
      const emit = (event, fields) => {
        say({ id, event, ...fields })
        changed()
      }
      peer.client = open(how, sockets, emit, changed)
      peers.set(id, peer)
      return peer.client.doc.clientID
    },
    type: ({ id, pane: name = 'notes', at = 'end', text, rate = 0 }) => typeKeys(peerOf(id), text, name, at, rate),
    delete ({ id, pane: name = 'notes', at, length }) {
      pane(peerOf(id), name).delete(at, length)
    },
    format ({ id, pane: name = 'notes', at, length, attributes }) {
      pane(peerOf(id), name).format(at, length, attributes)
    },
    map_set ({ id, root, key, value }) {
      peerOf(id).client.doc.getMap(root).set(key, value)
    },
    state: ({ id }) => state(peerOf(id)),
    delta: ({ id, pane: name = 'notes' }) => pane(peerOf(id), name).toDelta(),
    update: ({ id }) => Buffer.from(Y.encodeStateAsUpdate(peerOf(id).client.doc)).toString('base64'),
    awareness: ({ id }) => people(peerOf(id)),
    set_awareness ({ id, value }) {
      peerOf(id).client.awareness.setLocalState(value)
    },
    stateless ({ id, payload }) {
      peerOf(id).client.stateless(payload)
    },
    wait ({ id, until, timeout_ms: timeout }) {
      const peer = peerOf(id)
      const holdsNow = conditionOf(until)
      if (holdsNow(peer)) return null
      return new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(deadline)
          peer.waiting.delete(look)
        }
        const look = () => {
          if (!holdsNow(peer)) return
          stop()
          resolve(null)
        }
        const deadline = setTimeout(() => {
          stop()
          const found = JSON.stringify(state(peer))
          reject(new Error(`${id}: not ${JSON.stringify(until)} within ${timeout} ms; it is ${found}`))
        }, timeout)
        peer.waiting.add(look)
      })
    },
    disconnect: ({ id }) => peerOf(id).client.disconnect(),
    connect: ({ id }) => { peerOf(id).client.connect() },
    close ({ id }) {
      peerOf(id).client.close()
      peers.delete(id)
    },
    /** Each message of the protocol as its own library writes it. */
    encode: ({ update, state, reason, note }) => encodeAll(Buffer.from(update, 'base64'), state, reason, note),
    /** What any other Yjs makes out of raw updates (L7). */
    replay ({ updates }) {
      const doc = new Y.Doc()
      for (const update of updates) Y.applyUpdate(doc, Buffer.from(update, 'base64'))
      return { notes: doc.getText('notes').toString(), conclusions: doc.getText('conclusions').toString() }
    },
  }
}

const everybody = new Set() // what writes to each connection

function serve (connection) {
  connection.setNoDelay() // or each answer waits for the other side's delayed acknowledgement
  const peers = new Map()
  const sockets = new Map()
  const say = (line) => { if (connection.writable) connection.write(`${JSON.stringify(line)}\n`) }
  const commands = commandsOf(peers, sockets, say)
  everybody.add(say)
  const lines = createInterface({ input: connection })
  lines.on('line', async (line) => {
    const { n, do: what, ...how } = JSON.parse(line)
    try {
      if (!Object.hasOwn(commands, what)) throw new Error(`unknown command ${what}`)
      say({ n, ok: (await commands[what](how)) ?? null })
    } catch (error) {
      say({ n, error: error.message })
    }
  })
  lines.on('error', () => {}) // the test has gone; `close` follows
  connection.on('close', () => {
    everybody.delete(say)
    for (const { client } of peers.values()) client.close()
    for (const socket of sockets.values()) socket.destroy()
  })
}

// Providers print some of what they are told (y-websocket: a refusal's reason) and emit nothing.
for (const level of ['warn', 'error']) {
  console[level] = (...words) => {
    for (const say of everybody) say({ id: null, event: 'printed', level, text: words.join(' ') })
  }
}
process.setMaxListeners(0)
process.stdin.on('end', () => process.exit(0)).resume()
const server = createServer(serve).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`)
})
