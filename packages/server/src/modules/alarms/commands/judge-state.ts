import { sql } from 'kysely'
import { command } from './command.ts'

/** Write what the judge knows after batch `seq`: a whole state of a new generation in the place of all before it, or what changed. */
export const writeJudgeState = command(
  async (
    tx,
    input: { generation: number; seq: number; watched: number; parts: readonly Uint8Array[]; whole: boolean }
  ): Promise<void> => {
    for (const body of input.parts.length > 0 ? input.parts : [new Uint8Array(0)])
      await sql`insert into alarms.judge_state (generation, seq, watched, body)
        values (${input.generation}, ${input.seq}, ${input.watched}, ${Buffer.from(body)})`.execute(tx)
    if (input.whole) await sql`delete from alarms.judge_state where generation < ${input.generation}`.execute(tx)
  }
)
