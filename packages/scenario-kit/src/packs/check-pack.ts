import { checkMeaning, type Surroundings } from './check.ts'
import type { PackFault } from './form.ts'
import { type Pack, type PackFiles, readPack } from './pack.ts'
import { tierFaults } from './quality.ts'
import { runTests } from './run-test.ts'

/**
 * Everything wrong with a pack, in sentences: the form of its files, then what they mean together, then what its tests say, then the rules of its
 * tier. Empty: it may be installed. The loader, CI and the command line call this and nothing else.
 */
export function checkPack(files: PackFiles, around: Surroundings): { pack: Pack | null; faults: PackFault[] } {
  const read = readPack(files)
  if (!read.pack) return read
  const faults = [...checkMeaning(read.pack, around), ...runTests(read.pack), ...tierFaults(read.pack)]
  return { pack: faults.length === 0 ? read.pack : null, faults }
}
