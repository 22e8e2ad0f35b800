import type { Schemas } from '../../contract/types.ts';
import { DomainError, InvalidInputError, UnauthenticatedError } from '../../errors.ts';
import { toTask } from '../tasks.mapper.ts';
import { createTask } from '../writes/create.ts';
import type { TaskDraft } from '../writes/draft.ts';
import { completeTask, editTask } from '../writes/edit.ts';
import { type Needs, NOTHING, needsOfEdit, referencesOf, together } from '../writes/needs.ts';
import type { TaskWriter } from '../writes/task-writer.ts';
import { taskWritesRepository } from '../writes/task-writes.repository.ts';
import { trashTask } from '../writes/trash.ts';
import { fieldsOf, type Operation, readOperations } from './operations.ts';

/** What became of an operation. */
export type Outcome =
  | { readonly status: 200 | 201; readonly task: Schemas['Task'] }
  | { readonly status: 204 }
  | { readonly error: DomainError };

export interface BatchServiceOptions {
  readonly writer: TaskWriter;
}

/** Many changes of tasks, in as few statements as one of them takes. */
export function batchService({ writer }: BatchServiceOptions) {
  return {
    /**
     * @param atomic all or none; otherwise those that can be
     * @throws DomainError the first failure of an atomic batch, with the place of its operation
     */
    run: async (userId: string, { operations: given, atomic }: Schemas['TaskBatch']): Promise<Outcome[]> => {
      const operations = readOperations(given);
      const needs = together(operations.map(needsOf));
      // New tasks alone need no locks.
      const isNew = operations.every(({ op }) => op === 'create');
      const change = isNew ? writer.change : writer.changeLocked;
      return change(userId, needs, async (draft, within) => {
        const twins = draft.present(operations.flatMap(idOfNew));
        const creations = await taskWritesRepository(within).creations(userId, twins);
        return operations.map((operation, index) => {
          try {
            return apply(draft, operation, creations);
          } catch (error) {
            if (!(error instanceof DomainError) || error instanceof UnauthenticatedError) throw error;
            const placed = placeError(error, operation, index);
            if (atomic) throw placed;
            return { error: placed };
          }
        });
      });
    },
  };
}

export type BatchService = ReturnType<typeof batchService>;

function needsOf(operation: Operation): Needs {
  switch (operation.op) {
    case 'create': {
      const references = referencesOf(operation.task);
      return { ...references, tasks: [...references.tasks, ...idOfNew(operation)] };
    }
    case 'update':
      return needsOfEdit(operation.id, operation.patch);
    case 'complete':
      return { ...NOTHING, tasks: [operation.id] };
    case 'delete':
      return { ...NOTHING, tasks: [operation.id], families: [operation.id] };
  }
}

/** The id that the client has chosen for a new task. */
function idOfNew(operation: Operation): string[] {
  return operation.op === 'create' && operation.task.id !== undefined ? [operation.task.id] : [];
}

function apply(draft: TaskDraft, operation: Operation, creations: ReadonlyMap<string, object>): Outcome {
  switch (operation.op) {
    case 'create': {
      const { task, isNew } = createTask(draft, operation.task, creations);
      return { status: isNew ? 201 : 200, task: toTask(task, draft.at) };
    }
    case 'update': {
      const task = editTask(draft, operation.id, operation.patch, operation.allowed);
      return { status: 200, task: toTask(task, draft.at) };
    }
    case 'complete': {
      const task = completeTask(draft, operation.id, operation.allowed);
      return { status: 200, task: toTask(task, draft.at) };
    }
    case 'delete':
      trashTask(draft, operation.id, operation.allowed);
      return { status: 204 };
  }
}

/** The error as it is seen from the whole batch. */
function placeError(error: DomainError, operation: Operation, index: number): DomainError {
  const prefix = `/operations/${index}${fieldsOf(operation)}`;
  const placed =
    error instanceof InvalidInputError
      ? new InvalidInputError(error.faults.map((fault) => ({ ...fault, pointer: prefix + fault.pointer })))
      : error;
  placed.message = `operations[${index}]: ${placed.message}`;
  return placed;
}
