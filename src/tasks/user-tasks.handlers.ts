import type { Handlers, Principal } from '../contract/types.ts';
import { NotFoundError } from '../errors.ts';

type TaskHandlers = Pick<
  Handlers,
  'listTasks' | 'createTask' | 'getTask' | 'replaceTask' | 'updateTask' | 'deleteTask'
>;
type UserTaskHandlers = Pick<
  Handlers,
  'listUserTasks' | 'createUserTask' | 'getUserTask' | 'replaceUserTask' | 'updateUserTask' | 'deleteUserTask'
>;

/** The same tasks by the path of their user, who is the caller or nobody. */
export function userTaskHandlers(tasks: TaskHandlers): UserTaskHandlers {
  return {
    listUserTasks: async (input) => {
      requireCaller(input);
      return tasks.listTasks({ ...input });
    },
    createUserTask: async (input) => {
      requireCaller(input);
      return tasks.createTask({ ...input });
    },
    getUserTask: async (input) => {
      requireCaller(input);
      return tasks.getTask({ ...input });
    },
    replaceUserTask: async (input) => {
      requireCaller(input);
      return tasks.replaceTask({ ...input });
    },
    updateUserTask: async (input) => {
      requireCaller(input);
      return tasks.updateTask({ ...input });
    },
    deleteUserTask: async (input) => {
      requireCaller(input);
      return tasks.deleteTask({ ...input });
    },
  };
}

interface UserScoped {
  readonly path: { readonly user_id: string };
  readonly principal: Principal;
}

/** @throws NotFoundError for somebody else, as if there were no such task */
function requireCaller({ path, principal }: UserScoped): void {
  const id = path.user_id.toLowerCase();
  if (id !== 'me' && id !== principal.userId) throw new NotFoundError('task');
}
