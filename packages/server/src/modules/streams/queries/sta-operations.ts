/** Literals, operators and functions of filters as SQL of values. */
import { sql } from 'kysely'
import { type Kind, MAX_TIME, MIN_TIME } from '../domain/sta/ast.ts'
import type { Bound, BoundCall } from '../domain/sta/bind.ts'
import { isoOf } from '../domain/sta/time.ts'
import type { Sql } from './sta-model.ts'

/** Texts compare by code point, as in memory. */
export const kinded = (value: Sql, kind: Kind): Sql =>
  kind === 'text' || kind === 'date' ? sql`(${value})::text collate "C"` : sql`(${value})`

/** A value that was written out. */
export function literal(node: Bound & { node: 'literal' }): Sql {
  switch (node.kind) {
    case 'bool':
      return sql.lit(node.value)
    case 'number':
    case 'duration':
      return sql`${node.value}::float8`
    case 'time':
      return sql`${isoOf(node.value)}::timestamptz`
    case 'text':
    case 'date':
      return sql`${node.value}::text collate "C"`
    default:
      return sql`null`
  }
}

/** Operators and functions of values. */
export function operation({ op, kind, args: nodes }: BoundCall, args: readonly Sql[], now: number): Sql {
  const [a, b, c] = args as [Sql, Sql, Sql | undefined]
  const plain = nodes[0]?.kind
  switch (op) {
    case 'add':
    case 'sub': {
      const sign = sql.raw(op === 'add' ? '+' : '-')
      if (kind === 'time') return sql`(${a} ${sign} ${b} * interval '1 millisecond')`
      if (kind === 'duration' && plain === 'time') return sql`(extract(epoch from ${a} - ${b})::float8 * 1000)`
      return sql`(${a} ${sign} ${b})`
    }
    case 'mul':
      return sql`(${a} * ${b})`
    case 'div':
      return sql`(${a} / nullif(${b}, 0))`
    case 'mod':
      return sql`(${a} - ${b} * trunc(${a} / nullif(${b}, 0)))`
    case 'substringof':
      return sql`(strpos(${b}, ${a}) > 0)`
    case 'contains':
      return sql`(strpos(${a}, ${b}) > 0)`
    case 'startswith':
      return sql`starts_with(${a}, ${b})`
    case 'endswith':
      return sql`(right(${a}, char_length(${b})) = ${b} and char_length(${a}) >= char_length(${b}))`
    case 'length':
      return sql`char_length(${a})::float8`
    case 'indexof':
      return sql`(strpos(${a}, ${b}) - 1)::float8`
    case 'substring': {
      const from = sql`least(greatest(trunc(${b}), 0), 1000000)::integer`
      return c === undefined
        ? sql`substr(${a}, ${from} + 1)`
        : sql`substr(${a}, ${from} + 1, least(greatest(trunc(${c}), 0), 1000000)::integer)`
    }
    case 'tolower':
      return sql`translate(${a}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`
    case 'toupper':
      return sql`translate(${a}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')`
    case 'trim':
      return sql`btrim(${a}, E' \\t\\n\\r')`
    case 'concat':
      return sql`(${a} || ${b})`
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
      return sql`extract(${sql.raw(op)} from ${a} at time zone 'UTC')::float8`
    case 'second':
      return sql`floor(extract(second from ${a} at time zone 'UTC'))::float8`
    case 'fractionalseconds':
      return sql`(mod(extract(milliseconds from ${a} at time zone 'UTC')::integer, 1000) / 1000.0)::float8`
    case 'date':
      return sql`to_char(${a} at time zone 'UTC', 'YYYY-MM-DD') collate "C"`
    case 'time':
      return sql`to_char(${a} at time zone 'UTC', 'HH24:MI:SS.MS') collate "C"`
    case 'totaloffsetminutes':
      return sql`case when ${a} is not null then 0::float8 end`
    case 'now':
      return sql`${isoOf(now)}::timestamptz`
    case 'mindatetime':
      return sql`${isoOf(MIN_TIME)}::timestamptz`
    case 'maxdatetime':
      return sql`${isoOf(MAX_TIME)}::timestamptz`
    case 'round':
      return sql`(sign(${a}) * floor(abs(${a}) + 0.5))`
    case 'floor':
      return sql`floor(${a})`
    case 'ceiling':
      return sql`ceil(${a})`
    default:
      throw new Error(`no operation ${op}`)
  }
}
