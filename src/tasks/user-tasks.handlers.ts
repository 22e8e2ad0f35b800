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
    listUserTasks: ofCaller(tasks.listTasks),
    createUserTask: ofCaller(tasks.createTask),
    getUserTask: ofCaller(tasks.getTask),
    replaceUserTask: ofCaller(tasks.replaceTask),
    updateUserTask: ofCaller(tasks.updateTask),
    deleteUserTask: ofCaller(tasks.deleteTask),
  };
}

interface UserScoped {
  readonly path: { readonly user_id: string };
  readonly principal: Principal;
}

/** What there is in an input, whatever operation it is of. */
type Parts<In> = { readonly [Part in keyof In]: In[Part] };

/** Somebody else is answered as if there were no such task. */
function ofCaller<In, Out>(
  handle: (input: Parts<In>) => Promise<Out>,
): (input: Parts<In> & UserScoped) => Promise<Out> {
  return async (input) => {
    const id = input.path.user_id.toLowerCase();
    if (id !== 'me' && id !== input.principal.userId) throw new NotFoundError('task');
    return handle(input);
  };
}
