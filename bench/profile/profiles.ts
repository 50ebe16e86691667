import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Measurement } from '../measure.ts'
import { byFunction, byModule, ranking, readProfiles, type Share } from './cpu-profile.ts'

const listed = 12

/** An empty folder for the profiles of a topology, in `bench/results/`. */
export async function profileFolder(topology: string): Promise<string> {
  const folder = fileURLToPath(new URL(`../results/profiles-${topology}/`, import.meta.url))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return folder
}

/** Lines that say for each route where each process spent its time. */
export async function describeProfiles(
  folder: string,
  measurements: readonly Pick<Measurement, 'route' | 'span'>[],
): Promise<string[]> {
  const profiles = await readProfiles(folder)
  return measurements.flatMap(({ route, span }) =>
    profiles.flatMap((profile) => {
      const modules = ranking(profile, span, byModule).slice(0, listed)
      const functions = ranking(profile, span, byFunction).slice(0, listed)
      if (modules.length === 0) return []
      return ['', route, ...sideBySide(modules, functions)]
    }),
  )
}

function sideBySide(modules: readonly Share[], functions: readonly Share[]): string[] {
  return modules.map((module, index) => {
    const one = functions[index]
    return `  ${percent(module)}  ${module.place.padEnd(52)} ${one ? `${percent(one)}  ${one.place}` : ''}`
  })
}

function percent({ share }: Share): string {
  return `${(share * 100).toFixed(1)} %`.padStart(7)
}
