// What Yjs makes of updates, without a network. Each line of the input is one task, in JSON:
// {"show": [update, …]} answers what a document shows after the updates (hexadecimal);
// {"session": seed} answers with a random session of several replicas: what they sent, and what
// they show at its end.
import { createInterface } from 'node:readline'
import * as Y from 'yjs'
import { session } from './session.mjs'
import { hex, shown } from './shown.mjs'

function show (updates) {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, Buffer.from(update, 'hex'))
  const answer = shown(doc)
  doc.destroy()
  return answer
}

console.warn = console.error // the answers alone go to the standard output
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line)
  let answer
  try {
    answer = 'show' in task ? show(task.show) : session(task.session)
  } catch (error) {
    answer = { error: String(error.stack) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
