import { runRecords } from './run-records.ts';

/** `METHOD path-template status`, for example `GET /api/v1/tasks/{task_id} 404`. */
export type StatusRecord = `${string} ${string} ${number}`;

const records = runRecords('statuses');

export const clearRecords = (): Promise<void> => records.clear();

export const removeRecords = (): Promise<void> => records.remove();

export const saveRecords = (seen: Iterable<StatusRecord>): Promise<void> => records.save(seen);

export const readRecords = (): Promise<ReadonlySet<string>> => records.read();
