// What commonmark.js sees: a line of JSON comes in for each text, and its tree goes out as one.
import { createInterface } from 'node:readline'
import { Parser } from 'commonmark'

function plain (node) {
  const children = []
  for (let child = node.firstChild; child; child = child.next) children.push(plain(child))
  const { type, level, info, literal, destination } = node
  return { type, level, info, literal, destination, listType: type === 'list' ? node.listType : null, children }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(plain(new Parser().parse(JSON.parse(line)))) + '\n')
}
