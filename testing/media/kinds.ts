import { colours } from './kinds/colours.ts'
import { pictures, sounds } from './kinds/formats.ts'
import type { Kind } from './kinds/kind.ts'
import { lengths } from './kinds/lengths.ts'
import { orientations } from './kinds/orientations.ts'
import { streams } from './kinds/streams.ts'

/** Files that are accepted, each of another kind. */
export const kinds: readonly Kind[] = [...streams, ...sounds, ...pictures, ...orientations, ...lengths, ...colours]
