import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkDeclaration, type RegisterDeclaration } from '@chengyun/contract/registry'
import { DataFileError } from '../import/codes.ts'
import { CITIES } from './profile.ts'

/** The registers that come with the platform (`cities/_codes/registers`, a file each), components first. @throws DataFileError */
export async function readRegisters(folder = join(CITIES, '_codes', 'registers')): Promise<RegisterDeclaration[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const out: RegisterDeclaration[] = []
  for (const name of files) {
    const path = join(folder, name)
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    const faults = checkDeclaration(value)
    if (faults.length > 0)
      throw new DataFileError(
        path,
        faults.map((f) => f.en)
      )
    out.push(value as RegisterDeclaration)
  }
  return out.sort((a, b) => Number(b.id === 'component') - Number(a.id === 'component'))
}
