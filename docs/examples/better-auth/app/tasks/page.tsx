import { headers } from 'next/headers';
import { taskpactFor } from '../../lib/taskpact-server';

export default async function TasksPage() {
  const { items } = await taskpactFor(await headers()).tasks.list({ status: ['pending', 'in_progress'] });
  return (
    <ul>
      {items.map(({ id, title }) => (
        <li key={id}>{title}</li>
      ))}
    </ul>
  );
}
