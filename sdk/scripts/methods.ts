/**
 * What each operation of the contract is called in the client. The only thing to write when the contract gets a new
 * operation; `npm run generate -w @taskpact/sdk` does the rest. Dots make resources, as many levels as there are.
 */
export const methods: Readonly<Record<string, string>> = {
  registerUser: 'auth.register',
  login: 'auth.login',
  refreshSession: 'auth.refresh',
  logout: 'auth.logout',
  getMe: 'me.get',
  updateMe: 'me.update',
  listTasks: 'tasks.list',
  createTask: 'tasks.create',
  getTask: 'tasks.get',
  replaceTask: 'tasks.replace',
  updateTask: 'tasks.update',
  deleteTask: 'tasks.delete',
  getHealth: 'health.get',
  getLiveness: 'health.live',
  getReadiness: 'health.ready',
};
