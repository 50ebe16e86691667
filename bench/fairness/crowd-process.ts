/** A crowd in a process of its own, so that it costs the measuring process nothing. Arguments: its name and a URL. */
import { crowds, gather } from './crowds.ts'

const [name, url] = process.argv.slice(2)
const crowd = crowds.find((each) => each.name === name)
if (!crowd || url === undefined) throw new Error(`there is no crowd “${name ?? ''}”`)
await gather(new URL(url), crowd)
process.stdout.write('gathered\n')
