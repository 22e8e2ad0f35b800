/** Runs after everything else: each statement that the server sent could be sent to a database that is spread over machines. */
import { describe, expect, it } from 'vitest';
import { readStatements } from '../setup/statement-records.ts';
import { EXEMPT } from '../statements/exempt.ts';
import { judge } from '../statements/judge.ts';

const { sent, catalogue } = await readStatements();
const tables = catalogue?.tables ?? [];
const judged = sent.map((sql) => {
  const text = sql.replaceAll(/\s+/g, ' ').trim();
  const faults = catalogue === undefined ? [] : judge(sql, catalogue);
  const exempt = EXEMPT.filter(({ statement }) => statement.test(text));
  return { text, faults, exempt };
});

describe('the statements of the server', () => {
  it('were recorded, of every table that is spread: the tests of the project `main` ran before', () => {
    const spread = tables.filter(({ placement }) => placement !== 'local').map(({ table }) => table);
    expect(spread.length).toBeGreaterThan(0);
    const named = (table: string) => judged.some(({ text }) => new RegExp(`\\b${table}\\b`).test(text));
    expect(spread.filter((table) => !named(table))).toEqual([]);
  });

  it('ask for given users only, and have nothing that Citus refuses', () => {
    const wrong = judged.flatMap(({ text, faults, exempt }) =>
      faults
        .filter(
          ({ kind, table }) =>
            kind === 'refused' || !exempt.some((exemption) => exemption.tables.includes(table)),
        )
        .map(({ message }) => `${message}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(EXEMPT.slice())('still need the exemption: $reason', (exemption) => {
    const excused = judged
      .filter(({ exempt }) => exempt.includes(exemption))
      .flatMap(({ faults }) => faults.filter(({ kind }) => kind === 'unscoped').map(({ table }) => table));
    expect([...new Set(excused)].sort()).toEqual([...exemption.tables].sort());
  });
});
