'use client';

import { taskpact } from '../../lib/taskpact-browser';

export function NewTask() {
  const create = async (form: FormData) => {
    await taskpact.tasks.create({ title: String(form.get('title')) });
  };
  return (
    <form action={create}>
      <input name="title" aria-label="Title" required maxLength={200} />
      <button type="submit">Add</button>
    </form>
  );
}
