// Stock clients behind one face. Nothing here patches a provider: only its public options are set.
import * as H40 from 'hocuspocus-4.0'
import * as H44 from 'hocuspocus-4.4'
import * as H47 from 'hocuspocus-4.7'
import * as H48 from 'hocuspocus-4.8'
import WebSocket from 'ws'
import * as W15 from 'y-websocket-1.5'
import * as W21 from 'y-websocket-2.1'
import * as W30 from 'y-websocket-3.0'
import * as W31 from 'y-websocket-3.1'
import * as Y from 'yjs'

const KINDS = {
  'y-websocket@1.5': W15,
  'y-websocket@2.1': W21,
  'y-websocket@3.0': W30,
  'y-websocket@3.1': W31,
  'hocuspocus@4.0': H40,
  'hocuspocus@4.4': H44,
  'hocuspocus@4.7': H47,
  'hocuspocus@4.8': H48,
}
/** A socket as browsers have it: an error that nobody listens to ends nothing else. */
class BrowserSocket extends WebSocket {
  constructor (url, protocols) {
    super(url, protocols)
    this.on('error', () => {})
  }
}

// How soon a provider comes back: the default of a second and more is only longer to wait for.
const BACK_SOON_MS = 100

/**
 * Open one replica of a note. `sockets` has the Hocuspocus sockets that replicas share, by name.
 * `emit(name, fields)` is called for each event of the provider.
 * `changed()` is called whenever something that a condition may look at can have changed.
 */
export function open ({ kind, url, note, token, socket }, sockets, emit, changed) {
  const library = KINDS[kind]
  if (!library) throw new Error(`unknown kind ${kind}; known are ${Object.keys(KINDS).join(', ')}`)
  const doc = new Y.Doc()
  doc.on('update', changed)
  return kind.startsWith('y-websocket@')
    ? openYWebsocket(library, { url, note, token, doc }, emit, changed)
    : openHocuspocus(library, { url, note, token, socket, doc }, sockets, emit, changed)
}

function openYWebsocket (library, { url, note, token, doc }, emit, changed) {
  const provider = new library.WebsocketProvider(`${url}/sync`, note, doc, {
    params: { token },
    WebSocketPolyfill: BrowserSocket,
    disableBc: true,
    maxBackoffTime: BACK_SOON_MS,
  })
  provider.on('status', ({ status }) => emit('status', { status }))
  provider.on('sync', (synced) => emit('synced', { synced }))
  provider.on('connection-close', (event) => event && emit('close', { code: event.code, reason: event.reason }))
  provider.on('connection-error', (event) => emit('error', { message: event.message ?? '' }))
  provider.awareness.on('change', changed)
  return {
    doc,
    awareness: provider.awareness,
    synced: () => provider.synced,
    connected: () => provider.wsconnected,
    unsynced: () => 0, // y-websocket counts nothing
    scope: () => null,
    connect: () => provider.connect(),
    disconnect: () => provider.disconnect(),
    stateless: () => { throw new Error('y-websocket has no stateless messages') },
    close: () => { provider.destroy(); doc.destroy() },
  }
}

function openHocuspocus (library, { url, note, token, socket, doc }, sockets, emit, changed) {
  const dial = () => new library.HocuspocusProviderWebsocket({
    url: `${url}/collab`,
    WebSocketPolyfill: BrowserSocket,
    delay: BACK_SOON_MS,
    minDelay: BACK_SOON_MS,
    maxDelay: 2 * BACK_SOON_MS,
  })
  if (socket && !sockets.has(socket)) sockets.set(socket, dial())
  const websocketProvider = socket ? sockets.get(socket) : dial()
  const provider = new library.HocuspocusProvider({ websocketProvider, name: note, token, document: doc })
  provider.on('status', ({ status }) => emit('status', { status }))
  provider.on('synced', ({ state }) => emit('synced', { synced: state }))
  provider.on('close', ({ event }) => emit('close', { code: event.code, reason: event.reason }))
  provider.on('authenticated', ({ scope }) => emit('authenticated', { scope }))
  provider.on('authenticationFailed', ({ reason }) => emit('authenticationFailed', { reason }))
  provider.on('stateless', ({ payload }) => emit('stateless', { payload }))
  provider.on('unsyncedChanges', changed)
  provider.awareness.on('change', changed)
  provider.attach()
  return {
    doc,
    awareness: provider.awareness,
    synced: () => provider.synced,
    connected: () => websocketProvider.status === 'connected',
    unsynced: () => provider.unsyncedChanges,
    hasUnsynced: () => provider.hasUnsyncedChanges,
    scope: () => provider.authorizedScope ?? null,
    connect: () => { websocketProvider.connect() },
    disconnect: () => websocketProvider.disconnect(),
    stateless: (payload) => provider.sendStateless(payload),
    close: () => {
      provider.destroy()
      if (!socket) websocketProvider.destroy()
      doc.destroy()
    },
  }
}
