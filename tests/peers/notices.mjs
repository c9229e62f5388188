// What the page's own code makes of what it is told: of each payload, and of each course of counts.
// Its argument is the folder of the bundled modules; its input has both lists, in JSON.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { text } from 'node:stream/consumers'

const load = (name) => import(pathToFileURL(join(process.argv[2], name)).href)
const { readNotice } = await load('notices.mjs')
const { Unsaved } = await load('unsaved.mjs')

const { payloads, courses } = JSON.parse(await text(process.stdin))
const counted = courses.map((steps) => {
  const unsaved = new Unsaved()
  for (const [step, ...values] of steps) unsaved[step](...values)
  return { count: unsaved.count, saved: unsaved.isSaved }
})
process.stdout.write(JSON.stringify({ notices: payloads.map(readNotice), counted }))
