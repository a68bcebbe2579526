/** The table that holds the rows of a batch until they are published. */
export const stageTable = (batchId: string): string => `registry.stage_${batchId.replaceAll('-', '')}`
