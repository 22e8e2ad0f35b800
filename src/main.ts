import * as nodeModule from 'node:module';
import { join } from 'node:path';

/**
 * Where Node keeps what it has compiled, for the next start. In the package's own folder, because whoever can write there
 * can change the code as well; in the folder for temporary files, anybody could leave something to be run.
 */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/taskpact');

// Since Node 22.1. Where nothing can be written, the start takes longer, and that is all.
nodeModule.enableCompileCache?.(COMPILED);
// Only what is imported from here on is kept.
await import('./process.ts');
