// What a document shows, in the words of the Python tests.
import * as Y from 'yjs'

export const PANES = ['notes', 'conclusions']

export const hex = (bytes) => Buffer.from(bytes).toString('hex')

const byNumber = (one, other) => one[0] - other[0] || one[1] - other[1]

export function shown (doc) {
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))].filter(([, clock]) => clock > 0)
  const deletes = []
  for (const [client, spans] of Y.decodeUpdate(Y.encodeStateAsUpdate(doc)).ds.clients) {
    for (const { clock, len } of spans) {
      const last = deletes.at(-1)
      if (last !== undefined && last[0] === client && last[2] === clock) last[2] += len
      else deletes.push([client, clock, clock + len])
    }
  }
  const answer = { clocks: clocks.sort(byNumber), deletes: deletes.sort(byNumber) }
  for (const pane of PANES) answer[pane] = joined(doc.getText(pane).toDelta())
  answer.pending = doc.store.pendingStructs !== null || doc.store.pendingDs !== null
  return answer
}

function joined (delta) {
  const out = []
  for (const { insert, attributes } of delta) {
    const formats = Object.fromEntries(Object.entries(attributes ?? {}).filter(([, on]) => on !== null))
    const last = out.at(-1)
    const same = last !== undefined && JSON.stringify(last[1]) === JSON.stringify(formats)
    if (same && typeof insert === 'string' && typeof last[0] === 'string') last[0] += insert
    else out.push([insert, formats])
  }
  return out
}
