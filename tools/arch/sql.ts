import type { Fault } from './types.ts'

export const ownSchema = {
  name: 'schema-ownership',
  why: 'A module makes and writes only what is in its own PostgreSQL schema.'
}
export const pubViews = {
  name: 'read-through-pub-views',
  why: "Another module's tables are its own business; what it offers to read are its views pub_*."
}
export const foreignKeys = {
  name: 'foreign-key-direction',
  why: 'A foreign key points only at the module itself or at one it declares in dependsOn.'
}

/** A table or view of another module that a file names. */
export interface Use {
  module: string
  file: string
  schema: string
  table: string
}

export interface SqlFindings {
  faults: Fault[]
  uses: Use[]
}

interface Place {
  file: string
  /** The module the file belongs to; null for the program around the modules, which owns no schema. */
  module: string | null
}

const withoutComments = (sql: string): string => sql.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ')
const withoutTexts = (sql: string): string => sql.replace(/'(?:[^']|'')*'/g, "''")
const named = (schemas: readonly string[]): RegExp => new RegExp(`(?<![\\w.'"@/:-])(${schemas.join('|')})\\.("?)(\\w+)\\2`, 'g')

const MAKES =
  /\b(?:create(?: or replace)?(?: unlogged)?|alter|drop)\s+(?:table|view|materialized view|type|sequence|function|procedure)\s+(?:if (?:not )?exists\s+)?("?[\w]+"?)(\.)?/gi
const WRITES =
  /\b(?:insert\s+into|update(?:\s+only)?|delete\s+from|truncate(?:\s+table)?|merge\s+into|alter\s+table|drop\s+(?:table|view)|create\s+table|copy)\s+(?:if (?:not )?exists\s+)?$/i

/** A migration of a module. `dependsOn` null: the platform's own. */
export function checkMigration(
  place: { file: string; module: string },
  text: string,
  schemas: readonly string[],
  dependsOn: readonly string[]
): SqlFindings {
  const out: SqlFindings = { faults: [], uses: [] }
  const sql = withoutTexts(withoutComments(text))
  for (const m of sql.matchAll(MAKES)) {
    if (m[2] === undefined)
      out.faults.push({
        rule: ownSchema.name,
        file: place.file,
        message: `makes or changes ${m[1]} without saying in which schema`
      })
  }
  for (const m of sql.matchAll(named([...schemas, 'public']))) {
    const [, schema, , table] = m as unknown as [string, string, string, string]
    if (schema === place.module) continue
    const before = sql.slice(0, m.index)
    if (/\breferences\s+$/i.test(before)) {
      out.uses.push({ module: place.module, file: place.file, schema, table })
      if (!dependsOn.includes(schema))
        out.faults.push({
          rule: foreignKeys.name,
          file: place.file,
          message: `has a foreign key to ${schema}.${table}, and dependsOn does not name '${schema}'`
        })
      continue
    }
    if (schema === 'platform' && /\bexecute\s+(?:function|procedure)\s+$/i.test(before)) continue
    if (table.startsWith('pub_') && !WRITES.test(before)) {
      out.uses.push({ module: place.module, file: place.file, schema, table })
      continue
    }
    out.faults.push({ rule: ownSchema.name, file: place.file, message: `touches ${schema}.${table}, which belongs to ${schema}` })
  }
  return out
}

/** SQL of a TypeScript file: the texts of its sql templates, where every name counts. */
export function checkSqlText(place: Place, text: string, schemas: readonly string[]): SqlFindings {
  return checkNames(place, withoutTexts(withoutComments(text)), schemas, () => true)
}

const POSITION = /\b(?:from|join|into|update|only|table|using|truncate)\s+$/i

/** Any other text: a name counts only where SQL puts a table. Event names like 'org.changed' are texts as well. */
export function checkPlainText(place: Place, text: string, schemas: readonly string[]): SqlFindings {
  return checkNames(place, text, schemas, (before) => POSITION.test(before))
}

/** The table argument of a Kysely builder, e.g. selectFrom('org.pub_unit as u'). */
export function checkBuilder(place: Place, method: string, table: string, schemas: readonly string[]): SqlFindings {
  const writes = /^(?:insertInto|updateTable|deleteFrom|mergeInto|replaceInto)$/.test(method)
  return checkNames(place, `${writes ? 'update' : 'from'} ${table}`, schemas, () => true)
}

function checkNames(place: Place, sql: string, schemas: readonly string[], counts: (before: string) => boolean): SqlFindings {
  const out: SqlFindings = { faults: [], uses: [] }
  for (const m of sql.matchAll(named(schemas))) {
    const [, schema, , table] = m as unknown as [string, string, string, string]
    const before = sql.slice(0, m.index)
    if (schema === place.module || schema === 'platform' || !counts(before)) continue
    if (place.module !== null) out.uses.push({ module: place.module, file: place.file, schema, table })
    if (WRITES.test(before))
      out.faults.push({
        rule: ownSchema.name,
        file: place.file,
        message: `writes ${schema}.${table}, which belongs to ${schema}`
      })
    else if (!table.startsWith('pub_'))
      out.faults.push({
        rule: pubViews.name,
        file: place.file,
        message: `reads ${schema}.${table} instead of a view ${schema}.pub_*`
      })
  }
  return out
}
