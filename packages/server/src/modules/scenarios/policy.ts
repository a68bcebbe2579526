export const READ = 'scenarios:read'
export const CONFIG = 'scenarios:config'
